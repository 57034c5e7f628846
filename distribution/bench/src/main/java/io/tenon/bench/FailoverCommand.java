package io.tenon.bench;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.PutRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon-bench failover}: from SIGKILL of the leader until another member has acknowledged a write. */
@Command(name = "failover", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Kills the leaders of clusters of three, in turn; prints times in election timeouts in Markdown.")
final class FailoverCommand implements Callable<Integer> {
    private static final long TRY_MILLIS = 10;
    private static final long PATIENCE_SECONDS = 60;

    @Option(names = "--server", required = true, paramLabel = "NAME=COMMAND", description = "first what is measured, then the yardstick")
    private List<String> servers;

    @Option(names = "--kills", defaultValue = "50", description = "of leaders of each cluster (default: ${DEFAULT-VALUE})")
    private int kills;

    @Override
    public Integer call() throws Exception {
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        try (Clusters clusters = Clusters.start(servers)) {
            for (int kill = 1; kill <= kills; kill++) {
                for (ClusterUnderTest cluster : clusters.all()) {
                    double took = once(cluster);
                    millis.computeIfAbsent(cluster.name(), name -> new ArrayList<>()).add(took);
                    System.err.printf("kill %d of %d: %-8s %,8.0f ms%n", kill, kills, cluster.name(), took);
                }
            }
        }
        System.out.printf("| server | kills | median, election timeouts of %,d ms | longest |%n|---|---:|---:|---:|%n",
                ClusterUnderTest.ELECTION_TIMEOUT_MILLIS);
        millis.forEach((name, took) -> System.out.printf("| %s | %d | %.2f | %.2f |%n", name, took.size(),
                ResultTable.median(timeouts(took)), Arrays.stream(timeouts(took)).max().orElse(0)));
        return 0;
    }

    private static double[] timeouts(List<Double> millis) {
        return millis.stream().mapToDouble(took -> took / ClusterUnderTest.ELECTION_TIMEOUT_MILLIS).toArray();
    }

    private double once(ClusterUnderTest cluster) throws Exception {
        ClusterMember leader = cluster.leader();
        List<ClusterMember> others = cluster.members().stream().filter(member -> member != leader).toList();
        long from = System.nanoTime();
        leader.kill();
        long acknowledged = firstAcknowledged(others) - from;
        leader.restart();
        cluster.awaitAll();
        return acknowledged / 1e6;
    }

    /** Asks the others for a new write again and again, without waiting for answers, until there is the first one. */
    private static long firstAcknowledged(List<ClusterMember> others) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        AtomicLong when = new AtomicLong();
        byte[] put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("failover")).setValue(ByteString.copyFromUtf8("x")).build().toByteArray();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!done.await(TRY_MILLIS, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException("no write within " + PATIENCE_SECONDS + " s of the leader's end");
            }
            for (ClusterMember other : others) {
                Connections.call(other.connection().channel(0), PutCommand.PUT, put, (status, message) -> {
                    if (status.isOk()) {
                        when.compareAndSet(0, System.nanoTime());
                        done.countDown();
                    }
                });
            }
        }
        return when.get();
    }
}
