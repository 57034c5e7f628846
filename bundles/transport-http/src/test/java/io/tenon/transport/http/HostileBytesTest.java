package io.tenon.transport.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.Compat;
import io.tenon.spi.transport.MalformedMessageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Peers that announce what they do not send, or send what is nothing. */
class HostileBytesTest {

    private static FrameInput frame(String hex) {
        return new FrameInput(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
    }

    private static FrameCodec codec(StreamType type) {
        return FrameCodec.of(type, 1, 2, Compat.V3_5);
    }

    @Test
    void lengthsAreBelievedAsFarAsBytesFollow() {
        // 512 MiB announced and three bytes sent: nothing near that is taken from the heap, or this test's would not do.
        assertThrows(EOFException.class, () -> codec(StreamType.MESSAGE).decode(frame("0000000020000000080808")));
        assertThrows(FrameTooLongException.class, () -> codec(StreamType.MESSAGE).decode(frame("0000000020000001")));
        assertThrows(FrameTooLongException.class, () -> codec(StreamType.MESSAGE).decode(frame("ffffffffffffffff")));
        assertThrows(FrameTooLongException.class, () -> codec(StreamType.APPEND).decode(frame("01ffffffffffffffff8000000000000000")));
        assertThrows(EOFException.class, () -> codec(StreamType.APPEND).decode(frame("01ffffffffffffffff0000000000000000")));
    }

    @Test
    void entriesWithoutDataCannotFillTheHeap() {
        InputStream zeros = new InputStream() {
            private boolean kind = true;

            @Override
            public int read() {
                int one = kind ? 1 : 0;
                kind = false;
                return one;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                Arrays.fill(into, from, from + length, (byte) (length == Long.BYTES && count++ == 0 ? 0x7f : 0));
                return length;
            }

            private int count;
        };
        assertThrows(FrameTooLongException.class, () -> codec(StreamType.APPEND).decode(new FrameInput(zeros)));
    }

    @Test
    void framesOfAnotherKindEndTheStream() {
        assertThrows(MalformedMessageException.class, () -> codec(StreamType.APPEND).decode(frame("03")));
        assertThrows(MalformedMessageException.class, () -> codec(StreamType.APPEND).decode(frame("0200000000000000020808")));
        assertThrows(MalformedMessageException.class, () -> codec(StreamType.MESSAGE).decode(frame("0000000000000002ffff")));
    }

    @Test
    void chunksAreReadAsTheyWereWritten() throws IOException {
        byte[] body = new byte[300_000];
        new Random(1).nextBytes(body);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        ChunkedOutput out = new ChunkedOutput(wire, () -> { });
        out.write(body, 0, 100_000);
        out.flush();
        out.write(body[100_000]);
        out.write(body, 100_001, 199_999);
        out.finish();
        assertArrayEquals(body, new ChunkedInput(new ByteArrayInputStream(wire.toByteArray())).readAllBytes());
        byte[] cut = Arrays.copyOf(wire.toByteArray(), wire.size() - 5);
        assertThrows(EOFException.class, () -> new ChunkedInput(new ByteArrayInputStream(cut)).readAllBytes());
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void malformedChunksAreRefused() {
        for (String body : new String[] {"x\r\n", "-1\r\n", "+1\r\na\r\n", "ffffffffffffffff\r\n", "1\r\nab\r\n0\r\n\r\n", "\r\n"}) {
            assertThrows(ProtocolException.class, () -> new ChunkedInput(text(body)).readAllBytes(), body);
        }
    }

    @Test
    void headsOfAnswersAreRead() throws IOException {
        ResponseHead head = ResponseHead.read(text("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nX-A:  b \r\nx-a: c\r\n\r\nrest"));
        assertEquals(404, head.status());
        assertEquals("b", head.header("X-a"));
        assertEquals("", head.header("Y"));
    }

    @Test
    void malformedHeadsAreRefused() {
        for (String answer : new String[] {"SSH-2.0-x\r\n\r\n", "\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/2 200\r\n\r\n"}) {
            assertThrows(ProtocolException.class, () -> ResponseHead.read(text(answer)), answer);
        }
        assertThrows(EOFException.class, () -> ResponseHead.read(text("HTTP/1.1 200 OK\r\n")));
        IOException endless = assertThrows(IOException.class, () -> ResponseHead.read(text("HTTP/1.1 200 OK\r\n" + "a".repeat(70_000))));
        assertTrue(endless instanceof ProtocolException, endless.toString());
    }
}
