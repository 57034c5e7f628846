package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.config.Compat;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a leader decides from the cluster's version, the servers' ({@code ?} for one that is not known) and a downgrade. */
class VersionRulesTest {

    private static String next(Compat compat, String cluster, String servers, String target) {
        Membership membership = cluster.isEmpty() ? Membership.NONE : Membership.NONE.with(ClusterVersion.of(cluster));
        membership = target.isEmpty() ? membership : membership.with(new Membership.Downgrade(target, true));
        List<Optional<ClusterVersion>> versions = Arrays.stream(servers.split(" "))
                .map(text -> text.equals("?") ? Optional.<ClusterVersion>empty() : Optional.of(ClusterVersion.of(text))).toList();
        return new VersionRules(compat).next(membership, versions).map(entry -> switch (entry) {
            case ClusterEntry.Version(ClusterVersion version) -> version.toString();
            case ClusterEntry.DowngradeSet(Membership.Downgrade downgrade) -> "downgrade " + downgrade.enabled();
            case ClusterEntry.MemberAttributes attributes -> attributes.toString();
        }).orElse("nothing");
    }

    @Test
    void theFirstVersionIsThatOfTheOldestServerOrTheLowestWhenNotAllAreKnown() {
        assertEquals("3.5.0", next(Compat.V3_5, "", "3.5.30", ""));
        assertEquals("3.4.0", next(Compat.V3_5, "", "3.5.30 3.4.1 3.6.0", ""));
        assertEquals("3.0.0", next(Compat.V3_5, "", "3.5.30 ?", ""));
    }

    @Test
    void theVersionRisesWhenAllServersAreKnownAndNewer() {
        assertEquals("3.5.0", next(Compat.V3_5, "3.0.0", "3.5.30 3.5.2", ""));
        assertEquals("nothing", next(Compat.V3_5, "3.0.0", "3.5.30 ?", ""));
        assertEquals("nothing", next(Compat.V3_5, "3.5.0", "3.5.30 3.6.1", ""));
        assertEquals("3.6.0", next(Compat.V3_6, "3.5.0", "3.6.14 3.6.1", ""));
        assertEquals("nothing", next(Compat.V3_5, "3.5.0", "3.4.9 3.5.1", ""), "a version never falls by itself");
    }

    @Test
    void in35ADowngradeFollowsTheServers() {
        assertEquals("nothing", next(Compat.V3_5, "3.5.0", "3.5.30 3.5.1", "3.4.0"));
        assertEquals("3.4.0", next(Compat.V3_5, "3.5.0", "3.5.30 3.4.1", "3.4.0"));
        assertEquals("nothing", next(Compat.V3_5, "3.5.0", "3.5.30 3.3.1", "3.4.0"));
    }

    @Test
    void in36ADowngradeGoesBeforeTheServersAndEndsWhenAllHaveFollowed() {
        assertEquals("3.5.0", next(Compat.V3_6, "3.6.0", "3.6.14 3.6.1", "3.5.0"));
        assertEquals("nothing", next(Compat.V3_6, "3.5.0", "3.6.14 3.5.1", "3.5.0"));
        assertEquals("nothing", next(Compat.V3_6, "3.6.0", "3.6.14 ?", "3.5.0"));
        assertEquals("downgrade false", next(Compat.V3_6, "3.5.0", "3.5.30 3.5.1", "3.5.0"));
    }
}
