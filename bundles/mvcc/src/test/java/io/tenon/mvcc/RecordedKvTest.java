package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.tenon.api.Refusal;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Plays a recorded session with etcd again; every answer must be the same to the byte. */
class RecordedKvTest {
    private final MvccNode node = MvccNode.start();

    @TestFactory
    List<DynamicTest> answersAreThoseOfEtcd() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        String recorded = new String(getClass().getResourceAsStream("/grpc_kv.tsv").readAllBytes(), StandardCharsets.UTF_8);
        recorded.lines().filter(line -> !line.startsWith("#")).map(line -> line.split("\t", -1))
                .forEach(step -> tests.add(DynamicTest.dynamicTest(step[0], play(step))));
        return tests;
    }

    @Test
    void recordingIsWhole() throws IOException {
        Assertions.assertTrue(answersAreThoseOfEtcd().size() == 79);
    }

    private Executable play(String[] step) {
        if (step[1].equals("-")) {
            return () -> node.put("big", "x".repeat(Integer.parseInt(step[2])));
        }
        return () -> {
            byte[] request = HexFormat.of().parseHex(step[2]);
            RecordedReply<?> reply = send(step[1], request);
            node.settle();
            if (step[3].equals("0")) {
                assertEquals(step[5], hex(reply.answer()));
            } else {
                Refusal refusal = reply.refusal();
                assertEquals(step[3] + " " + step[4], refusal.code().number() + " " + refusal.text());
            }
        };
    }

    private RecordedReply<?> send(String rpc, byte[] request) throws InvalidProtocolBufferException {
        return switch (rpc) {
            case "Range" -> mapped(node.range(RangeRequest.parseFrom(request)), MvccNode::message);
            case "Put" -> node.put(PutRequest.parseFrom(request));
            case "DeleteRange" -> node.delete(DeleteRangeRequest.parseFrom(request));
            case "Txn" -> node.txn(TxnRequest.parseFrom(request));
            case "Compact" -> node.compact(CompactionRequest.parseFrom(request));
            case "HashKV" -> node.hashKv(HashKVRequest.parseFrom(request).getRevision());
            default -> throw new IllegalArgumentException(rpc);
        };
    }

    private static <T, R> RecordedReply<R> mapped(RecordedReply<T> reply, Function<T, R> mapping) {
        RecordedReply<R> mapped = new RecordedReply<>();
        try {
            mapped.accept(mapping.apply(reply.answer()));
        } catch (AssertionError refused) {
            mapped.refuse(reply.refusal());
        }
        return mapped;
    }

    private static String hex(Object message) {
        ByteString bytes = ((MessageLite) message).toByteString();
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
