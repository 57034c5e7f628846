package io.tenon.bench;

import java.util.List;
import picocli.CommandLine.Option;

/** What all loads have in common. */
final class LoadOptions {
    @Option(names = "--endpoints", split = ",", defaultValue = "127.0.0.1:2379", paramLabel = "HOST:PORT",
            description = "endpoints, connections go round (default: ${DEFAULT-VALUE})")
    List<String> endpoints;

    @Option(names = "--connections", defaultValue = "1", description = "TCP connections (default: ${DEFAULT-VALUE})")
    int connections;

    @Option(names = "--clients", defaultValue = "1", description = "requests in flight, spread over the connections (default: ${DEFAULT-VALUE})")
    int clients;

    @Option(names = "--key-size", defaultValue = "32", description = "bytes of a key (default: ${DEFAULT-VALUE})")
    int keySizeBytes;

    @Option(names = "--value-size", defaultValue = "256", description = "bytes of a value (default: ${DEFAULT-VALUE})")
    int valueSizeBytes;

    @Option(names = "--key-space", defaultValue = "100000", description = "distinct keys (default: ${DEFAULT-VALUE})")
    int keySpace;

    @Option(names = "--sequential", description = "take keys in order instead of at random")
    boolean sequential;

    @Option(names = "--rate", defaultValue = "0", description = "requests per second over all clients, 0 for as many as possible; "
            + "latency then counts from the planned start (default: ${DEFAULT-VALUE})")
    int ratePerSecond;

    @Option(names = "--seconds", defaultValue = "10", description = "measured time (default: ${DEFAULT-VALUE})")
    int seconds;

    @Option(names = "--warmup", defaultValue = "3", description = "seconds before that are not counted (default: ${DEFAULT-VALUE})")
    int warmupSeconds;

    @Option(names = "--total", defaultValue = "0", description = "stop after this many requests, 0 for none (default: ${DEFAULT-VALUE})")
    long total;

    @Option(names = "--threads", defaultValue = "1", description = "event loops of the generator (default: ${DEFAULT-VALUE})")
    int threads;

    @Option(names = "--pid", split = ",", description = "server processes on this machine: their CPU time and resident memory are reported, summed")
    List<Long> pids = List.of();

    @Option(names = "--seed", defaultValue = "1", description = "of the random keys (default: ${DEFAULT-VALUE})")
    long seed;

    @Option(names = "--json", description = "one JSON object at the end instead of text")
    boolean json;

    /** @throws IllegalArgumentException a number makes no sense */
    void check() {
        require(connections > 0 && clients > 0 && threads > 0, "--connections, --clients and --threads must be positive");
        require(clients >= connections, "--clients must be at least --connections");
        require(keySizeBytes >= Keys.SHORTEST_BYTES, "--key-size must be at least " + Keys.SHORTEST_BYTES);
        require(valueSizeBytes >= 0 && keySpace > 0 && seconds > 0 && warmupSeconds >= 0 && ratePerSecond >= 0,
                "--value-size, --warmup and --rate must not be negative, --key-space and --seconds must be positive");
    }

    private static void require(boolean holds, String text) {
        if (!holds) {
            throw new IllegalArgumentException(text);
        }
    }
}
