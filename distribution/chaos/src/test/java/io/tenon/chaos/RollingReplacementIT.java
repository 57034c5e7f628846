package io.tenon.chaos;

import static io.tenon.chaos.MixedCluster.ETCD;
import static io.tenon.chaos.MixedCluster.JOINING_TENON;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.chaos.member.Cluster;
import io.tenon.chaos.member.Member;
import io.tenon.chaos.member.MemberKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Members are replaced one by one under load: added, started, waited for, and the old one removed. Clients lose nothing by it. */
class RollingReplacementIT {
    private static final List<String> FLAGS = List.of("--snapshot-count", "500", "--experimental-snapshot-catchup-entries", "100");
    /** Whether a leader is removed while requests are on their way is partly chance, in both runs. */
    private static final long ALLOWANCE = 40;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void membersAreReplacedWithoutMoreFailedRequestsThanAmongEtcd() throws Exception {
        long amongEtcd = failures("etcd by etcd", ETCD, ETCD);
        long amongTenon = failures("tenon by tenon", JOINING_TENON, JOINING_TENON);
        long andBack = failures("etcd by tenon", ETCD, JOINING_TENON);
        String figures = String.format("failed requests: among etcd %d, among tenon %d, from etcd to tenon and back %d", amongEtcd, amongTenon, andBack);
        assertTrue(amongTenon <= 2 * amongEtcd + ALLOWANCE, figures);
        assertTrue(andBack <= 2 * amongEtcd + ALLOWANCE, figures);
    }

    /** Replaces three members of the first kind by others, and those by three of the first kind again. */
    private long failures(String name, MemberKind first, MemberKind others) throws Exception {
        try (MixedCluster mixed = MixedCluster.start(Files.createDirectory(folder.resolve(name)), FLAGS, first, first, first)) {
            mixed.workWhile(() -> {
                replaceAll(mixed.cluster(), others);
                replaceAll(mixed.cluster(), first);
            });
            mixed.assertNothingWrong();
            Map<String, Long> failures = mixed.failures();
            long sum = failures.values().stream().mapToLong(Long::longValue).sum();
            System.err.printf("rolling replacement of %s and back: %d failed requests %s%n", name, sum, failures);
            return sum;
        }
    }

    private static void replaceAll(Cluster cluster, MemberKind kind) {
        for (Member old : cluster.members()) {
            cluster.add(kind, Cluster.Role.VOTER);
            cluster.remove(old);
        }
    }
}
