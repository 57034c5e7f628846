package io.tenon.cluster;

import io.tenon.api.config.Compat;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a leader makes of the versions of all servers (reference: rafthttp, publishing and cluster version; changes of 3.6). */
final class VersionRules {
    /** What a cluster speaks before its members know one another. */
    private static final ClusterVersion LOWEST = new ClusterVersion(3, 0, 0);

    private final Compat compat;

    VersionRules(Compat compat) {
        this.compat = compat;
    }

    /**
     * The entry to propose, if there is one.
     *
     * @param servers the version of every member's server, empty for one that did not tell
     */
    Optional<ClusterEntry> next(Membership membership, List<Optional<ClusterVersion>> servers) {
        Optional<ClusterVersion> lowest = servers.stream().allMatch(Optional::isPresent)
                ? servers.stream().map(Optional::orElseThrow).map(ClusterVersion::ofCluster).min(Comparator.naturalOrder()) : Optional.empty();
        if (membership.clusterVersion().isEmpty()) {
            return Optional.of(new ClusterEntry.Version(lowest.orElse(LOWEST)));
        }
        if (lowest.isEmpty()) {
            return Optional.empty();
        }
        ClusterVersion current = membership.clusterVersion().get();
        if (membership.downgrade().enabled()) {
            ClusterVersion target = ClusterVersion.of(membership.downgrade().targetVersion());
            return compat.atLeast(Compat.V3_6) ? downgrade(current, lowest.get(), target, servers) : older(current, lowest.get(), target);
        }
        return raised(current, lowest.get());
    }

    private static Optional<ClusterEntry> raised(ClusterVersion current, ClusterVersion lowest) {
        return current.compareTo(lowest) < 0 ? Optional.of(new ClusterEntry.Version(lowest)) : Optional.empty();
    }

    /** 3.5 follows the servers down, one step. */
    private static Optional<ClusterEntry> older(ClusterVersion current, ClusterVersion lowest, ClusterVersion target) {
        return lowest.equals(target) && lowest.equals(current.oneMinorLower()) ? Optional.of(new ClusterEntry.Version(lowest))
                : raised(current, lowest);
    }

    /** 3.6 goes down before the servers do, and ends the job when all of them have. */
    private static Optional<ClusterEntry> downgrade(ClusterVersion current, ClusterVersion lowest, ClusterVersion target,
                                                    List<Optional<ClusterVersion>> servers) {
        if (servers.stream().allMatch(server -> server.orElseThrow().isSameMinorAs(target))) {
            return Optional.of(new ClusterEntry.DowngradeSet(Membership.Downgrade.NONE));
        }
        boolean valid = target.equals(current.oneMinorLower()) && target.equals(lowest.oneMinorLower());
        return valid ? Optional.of(new ClusterEntry.Version(target)) : Optional.empty();
    }
}
