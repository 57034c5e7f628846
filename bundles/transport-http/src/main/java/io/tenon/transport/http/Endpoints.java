package io.tenon.transport.http;

import io.tenon.spi.transport.PeerEndpoint;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What bundles answer on the peer port, by path. Any thread. */
final class Endpoints {
    /** What every peer port of etcd answers. Between two versions of a bundle, and before the first, nobody may take these for unknown. */
    private static final Set<String> OF_ETCD =
            Set.of("/members", "/members/promote/", "/members/hashkv", "/version", "/downgrade/enabled", "/leases", "/leases/internal");

    private final Map<String, PeerEndpoint> byPath = new ConcurrentHashMap<>();
    /** Paths that have had an endpoint; those of bundles, which are few. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** Who answers a path. */
    sealed interface Found {

        record Here(PeerEndpoint endpoint) implements Found {
        }

        /** Somebody answers it, but not now. */
        record Away() implements Found {
        }

        record Nowhere() implements Found {
        }
    }

    Endpoints() {
        known.addAll(OF_ETCD);
    }

    /** Of two with one path the later serves. */
    void put(PeerEndpoint endpoint) {
        known.addAll(endpoint.paths());
        endpoint.paths().forEach(path -> byPath.put(path, endpoint));
    }

    void remove(PeerEndpoint endpoint) {
        endpoint.paths().forEach(path -> byPath.remove(path, endpoint));
    }

    /** The one with this very path, or else with the longest prefix of it. */
    Found find(String path) {
        Optional<Found> found = at(path);
        int slash = path.lastIndexOf('/');
        while (found.isEmpty() && slash >= 0) {
            found = at(path.substring(0, slash + 1));
            slash = path.lastIndexOf('/', slash - 1);
        }
        return found.orElseGet(Found.Nowhere::new);
    }

    private Optional<Found> at(String path) {
        Optional<Found> here = Optional.ofNullable(byPath.get(path)).map(Found.Here::new);
        return here.isEmpty() && known.contains(path) ? Optional.of(new Found.Away()) : here;
    }
}
