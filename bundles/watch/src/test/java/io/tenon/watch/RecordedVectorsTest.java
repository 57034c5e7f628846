package io.tenon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.watch.FakeKeyspace.Op;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.WatchRequest;
import io.tenon.wire.etcdserverpb.WatchResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** One watch stream as recorded on etcd 3.5.30, replayed; every byte of every response is compared. */
class RecordedVectorsTest {
    private static final Pattern HEX = Pattern.compile("\"hex\": \"([0-9a-f]*)\"");
    private static final Pattern SENT = Pattern.compile("\"server_sends\": \\[(.*?)]");
    private static final Pattern OP = Pattern.compile("\"op\": \"(\\w+) ([^\"]*)\"");
    private static final Pattern REPLY = Pattern.compile("\"([0-9a-f]+)\"");

    private final WatchWorld world = new WatchWorld(ids(), 1 << 10);
    private final RecordedSink sink = new RecordedSink();
    private final long stream = world.open(sink);

    @Test
    void aStreamGetsTheBytesThatEtcdSent() throws IOException {
        int compared = 0;
        for (String line : lines()) {
            Matcher hex = HEX.matcher(line);
            Matcher op = OP.matcher(line);
            if (op.find()) {
                operate(op.group(1), op.group(2));
            } else if (hex.find()) {
                request(WatchRequest.parseFrom(HexFormat.of().parseHex(hex.group(1))));
            }
            Matcher sent = SENT.matcher(line);
            if (sent.find()) {
                world.settle();
                assertEquals(expected(sent.group(1)), received(), line);
                compared++;
            }
        }
        assertTrue(compared >= 20, "only " + compared + " steps were found");
    }

    private static ResponseHeader ids() {
        try {
            return ResponseHeader.parseFrom(HexFormat.of().parseHex("08b298eaf1948386fccd0110cdd2918bd2b881cf8e0120" + "02"));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private void operate(String verb, String rest) {
        switch (verb) {
            case "Put" -> world.put(rest.substring(0, rest.indexOf('=')), rest.substring(rest.indexOf('=') + 1).split(" ")[0]);
            case "DeleteRange" -> world.delete(rest.split(" ")[0]);
            case "Compact" -> world.keyspace.compact(Long.parseLong(rest.split(" ")[0]));
            case "Txn" -> {
                world.commit(Op.put("m", "1"), Op.put("n", "2"));
                world.publish();
            }
            default -> throw new AssertionError(verb + " " + rest);
        }
    }

    private void request(WatchRequest request) {
        switch (request.getRequestUnionCase()) {
            case CREATE_REQUEST -> world.engine().create(stream, request.getCreateRequest());
            case CANCEL_REQUEST -> world.engine().cancel(stream, request.getCancelRequest());
            case PROGRESS_REQUEST -> world.engine().requestProgress(stream);
            case REQUESTUNION_NOT_SET -> { }
        }
    }

    /** Sorted: the order of watchers that see one change is not specified. */
    private static List<String> expected(String sent) throws InvalidProtocolBufferException {
        List<String> replies = new ArrayList<>();
        Matcher reply = REPLY.matcher(sent);
        while (reply.find()) {
            replies.add(WatchResponse.parseFrom(HexFormat.of().parseHex(reply.group(1))) + reply.group(1));
        }
        Collections.sort(replies);
        return replies;
    }

    private List<String> received() {
        List<String> replies = new ArrayList<>();
        sink.take().stream().map(WatchWorld::response).forEach(response ->
                replies.add(response + HexFormat.of().formatHex(response.toByteArray())));
        Collections.sort(replies);
        return replies;
    }

    private static List<String> lines() throws IOException {
        try (InputStream in = RecordedVectorsTest.class.getResourceAsStream("/grpc_watch.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
