package io.tenon.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.judge.Judge;
import io.tenon.chaos.load.Load;
import io.tenon.chaos.load.Settings;
import io.tenon.chaos.member.Cluster;
import io.tenon.chaos.member.Member;
import io.tenon.chaos.member.MemberKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Members of stock etcd and of Tenon as one cluster, and clients whose observations are judged. */
final class MixedCluster implements AutoCloseable {
    /** What stands in the place of Tenon. */
    static final MemberKind TENON = MemberKind.of(System.getProperty("tenon.chaos.tenon", "tenon"));
    /** The same where Tenon takes a newcomer in, or state goes from one kind to the other as a snapshot. */
    static final MemberKind JOINING_TENON = MemberKind.of(System.getProperty("tenon.chaos.tenon.joining", "etcd"));
    static final MemberKind ETCD = MemberKind.ETCD;
    private static final long SEED = 1;

    private final Cluster cluster;
    private final Load load;

    private MixedCluster(Cluster cluster, Settings settings) {
        this.cluster = cluster;
        load = new Load(cluster, settings);
    }

    /** Starts these members; clients do nothing yet. */
    static MixedCluster start(Path folder, List<String> flags, MemberKind... kinds) {
        Programs.require(List.of(kinds));
        Cluster cluster = new Cluster(folder, flags);
        try {
            cluster.start(List.of(kinds));
            Settings usual = Settings.usual(SEED);
            return new MixedCluster(cluster, new Settings(usual.clients(), 3_000, usual.keys() * 4, usual.recorders(), usual.keyWatchers(),
                    usual.leases(), SEED));
        } catch (RuntimeException | Error failure) {
            cluster.close();
            throw failure;
        }
    }

    Cluster cluster() {
        return cluster;
    }

    Member member(int index) {
        return cluster.members().get(index);
    }

    /** Clients work until so many operations have ended. */
    void work(long operations) throws InterruptedException {
        long until = load.operations() + operations;
        load.begin();
        Cluster.await(operations + " operations", () -> load.operations() >= until);
        load.end();
    }

    /** Clients work while something else is done. */
    void workWhile(Runnable something) throws InterruptedException {
        load.begin();
        try {
            something.run();
        } finally {
            load.end();
        }
    }

    /** Everything that clients saw since the start, or since the last time, is right, and all members hold the same. */
    void assertNothingWrong() throws InterruptedException {
        cluster.awaitServing();
        Evidence evidence = load.evidence(List.of());
        assertEquals(List.of(), Judge.judge(evidence).complaints());
        assertEquals("", Hashes.differ(cluster, evidence.end()).map(Object::toString).orElse(""));
    }

    /** Operations that were answered with an error, or not at all, by their endings. */
    Map<String, Long> failures() {
        return load.counts().entrySet().stream().filter(count -> count.getKey().contains("failed") || count.getKey().contains("unknown"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    void assertNoFailures() {
        assertEquals(Map.of(), failures());
    }

    /** How often a member's log has this text. */
    static long logged(Member member, String text) {
        try (var lines = Files.lines(member.log())) {
            return lines.filter(line -> line.contains(text)).count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** That this member's log has this text now, and more often than before. */
    static void assertLogged(Member member, String text, long before) {
        assertTrue(logged(member, text) > before, () -> member.name() + " did not log '" + text + "'; see " + member.log());
    }

    @Override
    public void close() {
        load.close();
        cluster.close();
    }
}
