package io.tenon.transport.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.config.Compat;
import io.tenon.spi.transport.LocalMember;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/** What a member asks for is asked in the recorded words; only who the client is and what it can decode is not said. */
class RecordedRequestsTest {
    private static final Identity M1 = new Identity(new LocalMember(0x48db18de8b4e0930L, Network.CLUSTER), Compat.V3_5, "http://127.0.0.1:41821");
    private static final Identity M2 = new Identity(new LocalMember(0xd686e33593235abdL, Network.CLUSTER), Compat.V3_5, "http://127.0.0.1:41822");

    private interface Asking {
        void ask(Connection connection) throws IOException;
    }

    /** The lines that reach the other end, without those that differ. */
    private static List<String> sent(Asking asking) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Connection connection = new Connection(new Socket(server.getInetAddress(), server.getLocalPort()), "test");
                Socket accepted = server.accept()) {
            asking.ask(connection);
            List<String> lines = new ArrayList<>();
            for (String line = ResponseHead.readLine(accepted.getInputStream(), 10_000); !line.isEmpty();
                    line = ResponseHead.readLine(accepted.getInputStream(), 10_000)) {
                lines.add(line);
            }
            return compared(lines);
        }
    }

    private static List<String> compared(List<String> lines) {
        return lines.stream().filter(line -> !line.startsWith("Host: ") && !line.startsWith("User-Agent: ")
                && !line.startsWith("Accept-Encoding: ") && !line.startsWith("X-Tenon-")).toList();
    }

    private static List<String> recorded(String name, String field) {
        return compared(Vectors.read("rafthttp").getAsJsonObject(name).get(field).getAsString().lines().filter(line -> !line.isEmpty()).toList());
    }

    @Test
    void streamsAreAskedForAsRecorded() throws IOException {
        assertEquals(recorded("msgapp_stream_leader_m2_to_m1", "request"),
                sent(connection -> connection.get(StreamType.APPEND.path(M1.hex()), M1.streamHeaders(M2.id()))));
        assertEquals(recorded("message_stream_leader_m2_to_m1", "request"),
                sent(connection -> connection.get(StreamType.MESSAGE.path(M1.hex()), M1.streamHeaders(M2.id()))));
    }

    @Test
    void snapshotsBeginAsRecorded() throws IOException {
        List<String> ours = sent(connection -> {
            SequencedMap<String, String> headers = M2.requestHeaders();
            headers.put("Content-Type", "application/octet-stream");
            connection.post(SnapshotSender.PATH, headers, () -> { }).finish();
        });
        // The order of headers means nothing; Go puts the coding first.
        assertEquals(recorded("snapshot_post", "request_head").stream().sorted().toList(), ours.stream().sorted().toList());
    }
}
