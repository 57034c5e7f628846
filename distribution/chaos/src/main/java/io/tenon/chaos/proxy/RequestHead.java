package io.tenon.chaos.proxy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The head of an HTTP/1.1 request, as it came.
 *
 * @param bytes with the empty line that ends it
 */
record RequestHead(byte[] bytes) {
    private static final int LARGEST_BYTES = 64 << 10;
    private static final int END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

    /** The next head of a connection; empty when it ended before. */
    static Optional<RequestHead> read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int last = 0;
        while (last != END) {
            int next = in.read();
            if (next < 0) {
                if (bytes.size() == 0) {
                    return Optional.empty();
                }
                throw new EOFException("end within a request's head");
            }
            if (bytes.size() == LARGEST_BYTES) {
                throw new IOException("a request's head of more than " + LARGEST_BYTES + " bytes");
            }
            bytes.write(next);
            last = last << 8 | next;
        }
        return Optional.of(new RequestHead(bytes.toByteArray()));
    }

    /** Of a header that is there once. */
    Optional<String> header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return Arrays.stream(new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n")).skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start)).findFirst().map(line -> line.substring(start.length()).strip());
    }

    /** Hexadecimal id of the member that sent it; absent on probes and questions of anybody. */
    Optional<String> sender() {
        return header("X-Server-From");
    }

    boolean isChunked() {
        return header("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent();
    }

    long contentLength() {
        return header("Content-Length").map(Long::parseLong).orElse(0L);
    }
}
