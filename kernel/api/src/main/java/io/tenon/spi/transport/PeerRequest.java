package io.tenon.spi.transport;

import com.google.protobuf.ByteString;
import java.util.Map;

/**
 * A small HTTP request on a peer port, as the sender makes it and as the receiver sees it.
 *
 * @param method  {@code GET}, {@code POST}, …
 * @param path    without query, {@code /members}
 * @param query   what follows the {@code ?}; empty without one
 * @param headers by name; names are compared without regard to case
 */
public record PeerRequest(String method, String path, String query, Map<String, String> headers, ByteString body) {

    /** A request without headers, query and body. */
    public static PeerRequest get(String path) {
        return new PeerRequest("GET", path, "", Map.of(), ByteString.EMPTY);
    }

    /** A request with a body of this type. */
    public static PeerRequest post(String path, String contentType, ByteString body) {
        return new PeerRequest("POST", path, "", Map.of("Content-Type", contentType), body);
    }

    /** The value of a header; empty when it is missing. */
    public String header(String name) {
        return headers.entrySet().stream().filter(header -> header.getKey().equalsIgnoreCase(name)).map(Map.Entry::getValue)
                .findFirst().orElse("");
    }
}
