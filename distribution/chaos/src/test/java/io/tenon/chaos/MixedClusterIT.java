package io.tenon.chaos;

import static io.tenon.chaos.MixedCluster.ETCD;
import static io.tenon.chaos.MixedCluster.TENON;
import static io.tenon.chaos.MixedCluster.JOINING_TENON;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.tenon.chaos.client.Rpc;
import io.tenon.chaos.member.Cluster;
import io.tenon.chaos.member.Member;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tenon and stock etcd in one cluster. {@code -Dtenon.chaos.tenon=etcd} lets etcd stand in, to see that the tests themselves are right;
 * {@code -Dtenon.chaos.tenon.joining} is the same for the tests in which members join, or state goes
 * from one kind to the other as a snapshot.
 */
class MixedClusterIT {
    private static final long OPERATIONS = 10_000;
    /** More than the flags keep of the log. */
    private static final long BEHIND_THE_LOG = 2_000;
    private static final List<String> SHORT_LOG = List.of("--snapshot-count", "100", "--experimental-snapshot-catchup-entries", "20");
    private static final List<String> SHORTEST_LOG = List.of("--snapshot-count", "20", "--experimental-snapshot-catchup-entries", "5",
            "--max-wals", "1", "--max-snapshots", "1");
    private static final int SEGMENTS_MIB = 230;
    private static final List<String> LONG_LOG = List.of("--snapshot-count", "100000");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void tenonFollowsALeaderOfEtcd() throws Exception {
        try (MixedCluster mixed = MixedCluster.start(folder, LONG_LOG, ETCD, ETCD, TENON)) {
            mixed.cluster().lead(mixed.member(0));
            mixed.work(OPERATIONS);
            mixed.assertNoFailures();
            mixed.assertNothingWrong();
        }
    }

    @Test
    void tenonLeadsTwoMembersOfEtcd() throws Exception {
        try (MixedCluster mixed = MixedCluster.start(folder, LONG_LOG, ETCD, ETCD, TENON)) {
            mixed.cluster().lead(mixed.member(2));
            mixed.work(OPERATIONS);
            mixed.assertNoFailures();
            assertEquals(mixed.member(2), mixed.cluster().leader().orElseThrow());
            mixed.assertNothingWrong();
        }
    }

    @Test
    void leadershipGoesRoundAmongTwoOfTenonAndOneOfEtcd() throws Exception {
        try (MixedCluster mixed = MixedCluster.start(folder, LONG_LOG, ETCD, TENON, TENON)) {
            for (int round = 0; round < 2; round++) {
                for (int leader = 0; leader < 3; leader++) {
                    mixed.cluster().lead(mixed.member(leader));
                    mixed.work(OPERATIONS / 6);
                }
            }
            mixed.assertNoFailures();
            mixed.assertNothingWrong();
        }
    }

    @Test
    void learnersOfBothKindsArePromotedUnderALeaderOfTheOther() throws Exception {
        try (MixedCluster mixed = MixedCluster.start(folder, SHORT_LOG, ETCD, JOINING_TENON, ETCD)) {
            mixed.work(OPERATIONS / 10);
            mixed.cluster().lead(mixed.member(0));
            mixed.cluster().promote(mixed.cluster().add(JOINING_TENON, Cluster.Role.LEARNER));
            mixed.work(OPERATIONS / 10);
            mixed.cluster().lead(mixed.member(1));
            mixed.cluster().promote(mixed.cluster().add(ETCD, Cluster.Role.LEARNER));
            mixed.work(OPERATIONS / 10);
            mixed.assertNothingWrong();
        }
    }

    @Test
    void tenonCatchesUpByTheLogOfEtcd() throws Exception {
        catchUp(0, 2);
    }

    @Test
    void etcdCatchesUpByTheLogOfTenon() throws Exception {
        catchUp(2, 0);
    }

    @Test
    void tenonCatchesUpByASnapshotOfEtcd() throws Exception {
        try (MixedCluster mixed = MixedCluster.start(folder, SHORT_LOG, ETCD, ETCD, JOINING_TENON)) {
            catchUpIn(mixed, 0, 2, cluster -> { });
            MixedCluster.assertLogged(mixed.member(0), "sent database snapshot", 0);
        }
    }

    @Test
    void etcdCatchesUpByASnapshotOfTenon() throws Exception {
        // Tenon sends entries as long as its files have them, which is longer than etcd keeps them in memory.
        try (MixedCluster mixed = MixedCluster.start(folder, SHORTEST_LOG, ETCD, ETCD, JOINING_TENON)) {
            catchUpIn(mixed, 2, 0, MixedClusterIT::fillSegments);
            MixedCluster.assertLogged(mixed.member(0), "received and saved database snapshot", 0);
        }
    }

    /** More than three segments of the log, by transactions that change nothing: what is judged has no revisions but its own. */
    private static void fillSegments(MixedCluster mixed) {
        ByteString key = ByteString.copyFromUtf8("nobody writes it");
        PutRequest large = PutRequest.newBuilder().setKey(key).setValue(ByteString.copyFrom(new byte[1 << 20])).build();
        TxnRequest never = TxnRequest.newBuilder().addCompare(Compare.newBuilder().setKey(key).setTarget(Compare.CompareTarget.VERSION).setVersion(1))
                .addSuccess(RequestOp.newBuilder().setRequestPut(large)).build();
        for (int i = 0; i < SEGMENTS_MIB; i++) {
            mixed.member(2).client().call(Rpc.TXN, never, 20_000);
        }
    }

    private void catchUp(int leader, int behind) throws Exception {
        try (MixedCluster mixed = MixedCluster.start(folder, LONG_LOG, ETCD, ETCD, TENON)) {
            catchUpIn(mixed, leader, behind, cluster -> { });
        }
    }

    /** One member is down while much happens under the leadership of another, and comes back. */
    private static void catchUpIn(MixedCluster mixed, int leader, int behind, Consumer<MixedCluster> meanwhile) throws InterruptedException {
        mixed.cluster().lead(mixed.member(leader));
        mixed.work(OPERATIONS / 20);
        Member missing = mixed.member(behind);
        missing.kill();
        mixed.work(BEHIND_THE_LOG);
        meanwhile.accept(mixed);
        missing.restart();
        mixed.cluster().awaitServing();
        mixed.assertNothingWrong();
        mixed.work(OPERATIONS / 20);
        mixed.assertNothingWrong();
    }
}
