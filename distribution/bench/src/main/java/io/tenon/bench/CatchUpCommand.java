package io.tenon.bench;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.StatusResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon-bench catch-up}: how fast a new member gets all data, and what puts notice of it. */
@Command(name = "catch-up", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Fills clusters of three, adds a member to each in turn under a steady load of puts; prints a table in Markdown.")
final class CatchUpCommand implements Callable<Integer> {
    private static final double MIB = 1048576.0;
    private static final int VALUE_BYTES = 1_024;
    private static final int KEY_BYTES = 32;
    private static final long LOOK_MILLIS = 50;
    private static final int QUIET_SECONDS = 10;
    private static final int LONGEST_SECONDS = 600;

    @Option(names = "--server", required = true, paramLabel = "NAME=COMMAND", description = "first what is measured, then the yardstick")
    private List<String> servers;

    @Option(names = "--mib", defaultValue = "1024", description = "of keys and values (default: ${DEFAULT-VALUE})")
    private int sizeMib;

    @Option(names = "--rounds", defaultValue = "3", description = "members added to each cluster, one after the other (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--rate", defaultValue = "500", description = "puts a second meanwhile (default: ${DEFAULT-VALUE})")
    private int ratePerSecond;

    @Override
    public Integer call() throws Exception {
        try (Clusters clusters = Clusters.start(servers)) {
            for (ClusterUnderTest cluster : clusters.all()) {
                long from = System.nanoTime();
                LoadOptions options = options(cluster);
                try (Connections connections = new Connections(options)) {
                    Filling.fill(connections, options);
                }
                System.err.printf("%s: %d MiB put in %.0f s%n", cluster.name(), sizeMib, (System.nanoTime() - from) / 1e9);
            }
            System.out.println("| server | round | MiB | caught up after s | MiB/s | put p99 ms before | meanwhile | put errors |");
            System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
            for (int round = 1; round <= rounds; round++) {
                for (ClusterUnderTest cluster : clusters.all()) {
                    measure(cluster, round);
                }
            }
        }
        return 0;
    }

    private LoadOptions options(ClusterUnderTest cluster) {
        LoadOptions options = new LoadOptions();
        options.endpoints = cluster.members().stream().map(ClusterMember::endpoint).toList();
        options.connections = cluster.members().size();
        options.clients = 64;
        options.threads = 1;
        options.keySizeBytes = KEY_BYTES;
        options.valueSizeBytes = VALUE_BYTES;
        options.keySpace = (int) (((long) sizeMib << 20) / (KEY_BYTES + VALUE_BYTES));
        options.seed = 1;
        return options;
    }

    private void measure(ClusterUnderTest cluster, int round) throws Exception {
        Result before = puts(cluster, QUIET_SECONDS, new CompletableFuture<>());
        CompletableFuture<Void> caughtUp = new CompletableFuture<>();
        CompletableFuture<Result> meanwhile = CompletableFuture.supplyAsync(() -> {
            try {
                return puts(cluster, LONGEST_SECONDS, caughtUp);
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }, task -> Thread.ofPlatform().start(task));
        long from = System.nanoTime();
        ClusterMember member = cluster.add();
        cluster.await("the new member to catch up", () -> hasCaughtUp(cluster, member));
        double seconds = (System.nanoTime() - from) / 1e9;
        caughtUp.complete(null);
        Result during = meanwhile.join();
        long errors = during.errors().values().stream().mapToLong(LongAdder::sum).sum();
        System.out.printf("| %s | %d | %,d | %,.1f | %,.1f | %,.2f | %,.2f | %,d |%n", cluster.name(), round, sizeMib, seconds, sizeMib / seconds,
                before.histogram().getValueAtPercentile(99) / 1e6, during.histogram().getValueAtPercentile(99) / 1e6, errors);
        cluster.remove(member);
    }

    /** It has applied what the leader had committed when it was asked. */
    private static boolean hasCaughtUp(ClusterUnderTest cluster, ClusterMember member) throws Exception {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        long committed = cluster.leader().status().map(StatusResponse::getRaftIndex).orElse(Long.MAX_VALUE);
        Optional<StatusResponse> status = member.status();
        // A member that waits for its snapshot has applied nothing but says the index it has heard of.
        return status.filter(one -> one.getRaftAppliedIndex() >= committed && one.getHeader().getRevision() > 1).isPresent();
    }

    /** Steady puts for so long, or until the end comes. */
    private Result puts(ClusterUnderTest cluster, int seconds, CompletableFuture<Void> end) throws Exception {
        LoadOptions options = options(cluster);
        options.seconds = seconds;
        options.ratePerSecond = ratePerSecond;
        try (Connections connections = new Connections(options)) {
            Keys keys = new Keys(options);
            ByteString value = Keys.value(options.valueSizeBytes, options.seed);
            return new Run(options, (client, done) -> Connections.call(connections.channel(client), PutCommand.PUT, PutCommand.put(keys, value),
                    (status, message) -> done.accept(status)), System.err).until(end).go();
        }
    }
}
