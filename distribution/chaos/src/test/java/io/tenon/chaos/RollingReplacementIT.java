package io.tenon.chaos;

import static io.tenon.chaos.MixedCluster.ETCD;
import static io.tenon.chaos.MixedCluster.TENON;
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
    void etcdBecomesTenonAndEtcdAgainWithoutMoreFailedRequestsThanAmongEtcd() throws Exception {
        long amongEtcd = failures("etcd", ETCD, ETCD);
        long withTenon = failures("tenon", TENON, ETCD);
        assertTrue(withTenon <= 2 * amongEtcd + ALLOWANCE, "failed requests: " + withTenon + ", among members of etcd: " + amongEtcd);
    }

    /** Replaces three members of etcd by these, and these by those. */
    private long failures(String name, MemberKind first, MemberKind then) throws Exception {
        try (MixedCluster mixed = MixedCluster.start(Files.createDirectory(folder.resolve(name)), FLAGS, ETCD, ETCD, ETCD)) {
            mixed.workWhile(() -> {
                replaceAll(mixed.cluster(), first);
                replaceAll(mixed.cluster(), then);
            });
            mixed.assertNothingWrong();
            Map<String, Long> failures = mixed.failures();
            long sum = failures.values().stream().mapToLong(Long::longValue).sum();
            System.err.printf("rolling replacement by %s and back: %d failed requests %s%n", name, sum, failures);
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
