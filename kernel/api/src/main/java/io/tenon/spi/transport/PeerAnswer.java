package io.tenon.spi.transport;

import com.google.protobuf.ByteString;
import java.util.Map;

/** An answer on a peer port. */
public record PeerAnswer(int status, Map<String, String> headers, ByteString body) {

    /** An answer in plain text that ends in a line feed, as Go's server writes errors. */
    public static PeerAnswer text(int status, String text) {
        return new PeerAnswer(status, Map.of("Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff"),
                ByteString.copyFromUtf8(text + "\n"));
    }

    /** An answer with a body of this type. */
    public static PeerAnswer of(int status, String contentType, ByteString body) {
        return new PeerAnswer(status, Map.of("Content-Type", contentType), body);
    }

    /** The value of a header; empty when it is missing. */
    public String header(String name) {
        return headers.entrySet().stream().filter(header -> header.getKey().equalsIgnoreCase(name)).map(Map.Entry::getValue)
                .findFirst().orElse("");
    }
}
