package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.mvccpb.KeyValue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bundles are updated again and again while clients work: no request fails, no stream breaks, nothing is stale, lost or doubled, and no old
 * version stays in memory. The long form is {@code -Dtenon.swap.rounds=1000}.
 */
class SwapIT {
    private static final int ROUNDS = Integer.getInteger("tenon.swap.rounds", 20);
    private static final List<String> UPDATED = List.of(System.getProperty("tenon.swap.bundles",
            "io.tenon.mvcc,io.tenon.lease,io.tenon.watch,io.tenon.storage.mvstore").split(","));
    /** The one in use, and one that a thread may just be leaving. */
    private static final int MOST_GENERATIONS = 2;
    private static final long COLLECT_SECONDS = 20;

    @TempDir
    private Path directory;
    private final Map<String, List<WeakReference<ClassLoader>>> generations = new HashMap<>();

    @Test
    void bundlesAreUpdatedUnderLoadAndNobodyNotices() throws Exception {
        Map<String, Long> acknowledged;
        long lease;
        try (EmbeddedNode node = EmbeddedNode.start(directory.resolve("cache-1"), directory.resolve("node.etcd"))) {
            try (SwapLoad load = new SwapLoad(node.endpoint())) {
                load.awaitProgress();
                for (String bundle : UPDATED) {
                    updateOften(node, bundle, load);
                }
                load.finish();
                assertEquals(List.of(), load.wrong());
                acknowledged = load.acknowledged;
                lease = load.leaseId();
            }
            UPDATED.forEach(this::assertOldVersionsAreGone);
        }
        try (EmbeddedNode node = EmbeddedNode.start(directory.resolve("cache-2"), directory.resolve("node.etcd"))) {
            assertHolds(node, acknowledged, lease);
        }
    }

    private void updateOften(EmbeddedNode node, String bundle, SwapLoad load) throws Exception {
        long before = load.longestMillis();
        int keys = load.acknowledged.size();
        List<WeakReference<ClassLoader>> loaders = generations.computeIfAbsent(bundle, _ -> new ArrayList<>());
        for (int round = 0; round < ROUNDS; round++) {
            loaders.add(new WeakReference<>(node.loader(bundle)));
            node.update(bundle);
            load.awaitProgress();
            assertEquals(List.of(), load.wrong(), bundle + " in round " + (round + 1));
            assertTrue(node.isActive(), bundle + " in round " + (round + 1));
        }
        loaders.add(new WeakReference<>(node.loader(bundle)));
        System.err.printf("%s: %d updates, longest stall %d ms (%d ms before), %,d puts meanwhile%n", bundle, ROUNDS, load.longestMillis(),
                before, load.acknowledged.size() - keys);
    }

    private void assertOldVersionsAreGone(String bundle) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(COLLECT_SECONDS);
        long left = countLoaders(bundle);
        while (left > MOST_GENERATIONS && System.nanoTime() - until < 0) {
            System.gc();
            left = countLoaders(bundle);
        }
        System.err.printf("%s: class loaders left %d of %d%n", bundle, left, generations.get(bundle).size());
        assertTrue(left <= MOST_GENERATIONS, bundle + " has " + left + " class loaders in memory");
    }

    private long countLoaders(String bundle) {
        return generations.get(bundle).stream().filter(loader -> loader.get() != null).count();
    }

    private static void assertHolds(EmbeddedNode node, Map<String, Long> acknowledged, long lease) throws Exception {
        try (RawCalls calls = new RawCalls(node.endpoint())) {
            byte[] all = RangeRequest.newBuilder().setKey(ByteString.copyFrom(new byte[1])).setRangeEnd(ByteString.copyFrom(new byte[1]))
                    .build().toByteArray();
            Map<String, Long> found = new HashMap<>();
            for (KeyValue kv : RangeResponse.parseFrom(calls.unary("etcdserverpb.KV/Range", all).messages().getFirst()).getKvsList()) {
                found.put(kv.getKey().toStringUtf8(), kv.getModRevision());
            }
            acknowledged.forEach((key, revision) -> assertEquals(revision, found.get(key), key));
            byte[] whichLease = LeaseTimeToLiveRequest.newBuilder().setID(lease).build().toByteArray();
            LeaseTimeToLiveResponse left = LeaseTimeToLiveResponse.parseFrom(
                    calls.unary("etcdserverpb.Lease/LeaseTimeToLive", whichLease).messages().getFirst());
            assertTrue(left.getTTL() > 0, left.toString());
        }
    }
}
