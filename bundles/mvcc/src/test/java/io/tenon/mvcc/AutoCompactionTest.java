package io.tenon.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.testkit.state.MemoryTables;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AutoCompactionTest {

    private static MvccNode node(String mode, String retention) {
        return MvccNode.start(new MemoryTables(), Map.of("auto-compaction-mode", mode, "auto-compaction-retention", retention));
    }

    private static List<Long> compactions(MvccNode node) {
        return node.proposals.proposed().stream().filter(InternalRaftRequest::hasCompaction)
                .map(entry -> entry.getCompaction().getRevision()).toList();
    }

    /** One put a minute. */
    private static void runMinutes(MvccNode node, int minutes) {
        for (int i = 0; i < minutes; i++) {
            node.put("k", "" + i);
            node.state.tick(Duration.ofMinutes(1).toNanos());
            node.workers.runAll();
        }
    }

    @Test
    void revisionModeKeepsSoManyRevisionsAndLooksEveryFiveMinutes() {
        MvccNode node = node("revision", "10");
        node.state.leadershipChanged(true);
        runMinutes(node, 31);
        assertEquals(List.of(2L, 7L, 12L, 17L, 22L), compactions(node));
    }

    @Test
    void periodicModeKeepsWhatIsYoungerThanThePeriod() {
        MvccNode node = node("periodic", "1h");
        node.state.leadershipChanged(true);
        runMinutes(node, 61);
        assertEquals(List.of(2L), compactions(node));
        runMinutes(node, 60);
        assertEquals(List.of(2L, 62L), compactions(node));
    }

    @Test
    void longPeriodIsCompactedEveryHour() {
        MvccNode node = node("periodic", "3h");
        node.state.leadershipChanged(true);
        runMinutes(node, 181 + 120);
        assertEquals(List.of(2L, 62L, 122L), compactions(node));
    }

    @Test
    void onlyTheLeaderCompactsAndAFollowerGoesOnCounting() {
        MvccNode node = node("periodic", "1h");
        runMinutes(node, 90);
        assertEquals(List.of(), compactions(node));
        node.state.leadershipChanged(true);
        runMinutes(node, 7);
        assertEquals(1, compactions(node).size());
        long revision = compactions(node).getFirst();
        assertEquals(true, revision > 30 && revision < 40, "compacted at " + revision);
        node.state.leadershipChanged(false);
        runMinutes(node, 120);
        assertEquals(1, compactions(node).size());
    }

    @Test
    void nothingIsCompactedWhenItIsOff() {
        MvccNode node = node("periodic", "0");
        node.state.leadershipChanged(true);
        runMinutes(node, 200);
        assertEquals(List.of(), compactions(node));
    }

    @Test
    void compactionThatSomebodyElseMadeIsNoFailure() {
        MvccNode node = node("periodic", "1h");
        node.state.leadershipChanged(true);
        runMinutes(node, 30);
        node.compactNow(20);
        runMinutes(node, 31);
        runMinutes(node, 60);
        assertEquals(List.of(20L, 2L, 62L), compactions(node));
    }
}
