package io.tenon.lease;

import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A node's configuration, of which only what leases ask for matters. */
final class TestConfig {

    private TestConfig() {
    }

    static NodeConfig of(NodeConfig.Timing timing, NodeConfig.LeaseOptions leases, Compat compat) {
        List<URI> urls = List.of(URI.create("http://localhost:2379"));
        return new NodeConfig("default", Path.of("default.etcd"), Optional.empty(), new NodeConfig.Urls(urls, urls, urls, urls),
                new NodeConfig.Bootstrap(Map.of("default", urls), NodeConfig.Bootstrap.State.NEW, "etcd-cluster"), timing,
                new NodeConfig.Limits(128, 1_572_864, 4_294_967_295L, Duration.ofSeconds(5), Duration.ofHours(2), Duration.ofSeconds(20)),
                new NodeConfig.Storage("memory", 2L << 30, 100_000, 5000, Duration.ofMillis(100), 10_000, 1 << 20, true, 5, 5),
                new NodeConfig.Compaction(Duration.ZERO, 0, 1000, Duration.ofMillis(10)), leases,
                new NodeConfig.WatchOptions(Duration.ofMinutes(10)), compat, Map.of());
    }
}
