package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorded watch stream, request by request: the same responses to the byte; those of different watchers in any order. */
class RecordedWatchIT {
    private static final Pattern PUT = Pattern.compile("Put (\\w+)=(\\w+) .*");
    private static final long SILENCE_MILLIS = 300;

    @TempDir
    private Path directory;

    @Test
    void streamIsAsRecorded() throws Exception {
        try (TenonServer server = TenonServer.start(directory.resolve("default.etcd")); RawCalls calls = new RawCalls(server)) {
            RawCalls.Stream stream = calls.stream("etcdserverpb.Watch/Watch");
            for (JsonObject step : Recorded.steps("grpc_watch.json")) {
                if (step.has("op")) {
                    perform(calls, step.get("op").getAsString());
                } else if (!step.has("fragment_demo")) {
                    exchange(stream, step);
                }
            }
            stream.cancel();
        }
    }

    private static void exchange(RawCalls.Stream stream, JsonObject step) throws Exception {
        if (step.has("hex")) {
            stream.send(Recorded.bytes(step.get("hex").getAsString()));
        }
        List<String> expected = step.getAsJsonArray("server_sends").asList().stream().map(JsonElement::getAsString)
                .filter(text -> !text.startsWith("none")).sorted().toList();
        List<String> actual = new ArrayList<>();
        for (int count = 0; count < expected.size(); count++) {
            actual.add(Recorded.hex(stream.next()));
        }
        stream.within(SILENCE_MILLIS).forEach(message -> actual.add(Recorded.hex(message)));
        assertEquals(expected, actual.stream().sorted().toList(), step.toString());
    }

    private static void perform(RawCalls calls, String operation) {
        Matcher put = PUT.matcher(operation);
        if (put.matches()) {
            call(calls, "Put", put(put.group(1), put.group(2)).toByteArray());
        } else if (operation.startsWith("DeleteRange a")) {
            call(calls, "DeleteRange", DeleteRangeRequest.newBuilder().setKey(text("a")).build().toByteArray());
        } else if (operation.startsWith("Compact 5")) {
            call(calls, "Compact", CompactionRequest.newBuilder().setRevision(5).setPhysical(true).build().toByteArray());
        } else if (operation.startsWith("Txn put m,n")) {
            call(calls, "Txn", TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestPut(put("m", "1")))
                    .addSuccess(RequestOp.newBuilder().setRequestPut(put("n", "2"))).build().toByteArray());
        } else {
            throw new AssertionError("unknown operation in the recording: " + operation);
        }
    }

    private static PutRequest put(String key, String value) {
        return PutRequest.newBuilder().setKey(text(key)).setValue(text(value)).build();
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static void call(RawCalls calls, String method, byte[] request) {
        assertEquals(io.grpc.Status.Code.OK, calls.unary("etcdserverpb.KV/" + method, request).status().getCode());
    }
}
