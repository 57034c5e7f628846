package io.tenon.transport.http;

import io.tenon.spi.transport.PeerEndpoint;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What bundles answer on the peer port, by path. Any thread. */
final class Endpoints {
    private final Map<String, PeerEndpoint> byPath = new ConcurrentHashMap<>();

    /** Of two with one path the later serves. */
    void put(PeerEndpoint endpoint) {
        endpoint.paths().forEach(path -> byPath.put(path, endpoint));
    }

    void remove(PeerEndpoint endpoint) {
        endpoint.paths().forEach(path -> byPath.remove(path, endpoint));
    }

    /** The one with this very path, or else with the longest prefix of it. */
    Optional<PeerEndpoint> find(String path) {
        Optional<PeerEndpoint> exact = Optional.ofNullable(byPath.get(path));
        int slash = path.lastIndexOf('/');
        while (exact.isEmpty() && slash >= 0) {
            exact = Optional.ofNullable(byPath.get(path.substring(0, slash + 1)));
            slash = path.lastIndexOf('/', slash - 1);
        }
        return exact;
    }
}
