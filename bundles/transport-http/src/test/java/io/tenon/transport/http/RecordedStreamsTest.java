package io.tenon.transport.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames as etcd sent them: what is read of them is written again with the same bytes. */
class RecordedStreamsTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({
        "APPEND, msgapp_stream_leader_m2_to_m1, d686e33593235abd, 48db18de8b4e0930",
        "APPEND, msgapp_stream_follower_m0_to_m2(idle: heartbeats only), f74c15fc7ff3553a, d686e33593235abd",
        "APPEND, msgapp_stream_leader_to_learner_after_snapshot, d686e33593235abd, 7b6a0672a17182b3",
        "MESSAGE, message_stream_leader_m2_to_m1, d686e33593235abd, 48db18de8b4e0930",
        "MESSAGE, message_stream_follower_m1_to_m2, 48db18de8b4e0930, d686e33593235abd",
        "MESSAGE, message_stream_m0_to_m2, f74c15fc7ff3553a, d686e33593235abd"})
    void framesAreReadAndWrittenToTheByte(StreamType type, String stream, String from, String to) throws IOException {
        FrameCodec reading = codec(type, from, to);
        FrameCodec writing = codec(type, from, to);
        int count = 0;
        for (JsonElement element : Vectors.read("rafthttp").getAsJsonObject(stream).getAsJsonArray("frames")) {
            JsonObject frame = element.getAsJsonObject();
            String recorded = frame.get("frame_hex").getAsString();
            Optional<Message> message = reading.decode(new FrameInput(new ByteArrayInputStream(HEX.parseHex(recorded))));
            FrameBuffer buffer = new FrameBuffer();
            message.ifPresentOrElse(one -> writing.encode(one, buffer), () -> writing.encodeLinkHeartbeat(buffer));
            assertEquals(recorded, hex(buffer), stream + " frame " + count);
            message.ifPresent(one -> assertAddressed(frame, one, from, to));
            count++;
        }
        assertTrue(count > 0, stream);
    }

    private static FrameCodec codec(StreamType type, String from, String to) {
        return FrameCodec.of(type, Long.parseUnsignedLong(from, 16), Long.parseUnsignedLong(to, 16), Compat.V3_5);
    }

    private static String hex(FrameBuffer buffer) {
        byte[] bytes = new byte[buffer.sizeBytes()];
        buffer.contents().get(bytes);
        return HEX.formatHex(bytes);
    }

    private static void assertAddressed(JsonObject frame, Message message, String from, String to) {
        assertEquals(from, Long.toHexString(message.from()));
        assertEquals(to, Long.toHexString(message.to()));
        if (frame.has("implied_index(before first entry)")) {
            assertEquals(frame.get("implied_index(before first entry)").getAsLong(), message.index());
            assertEquals(frame.get("implied_term(logTerm too)").getAsLong(), message.logTerm());
            assertEquals(frame.get("commit").getAsLong(), message.commit());
        }
    }
}
