package io.tenon.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.cluster.NodeIdentity;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.status.NodeStatus;
import io.tenon.api.status.OptionStatus;
import io.tenon.api.status.StorageStatus;
import io.tenon.spi.election.ElectionRule;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatusTableTest {

    @Test
    void wholeNode() {
        var rules = EnumSet.of(ElectionRule.RESIGN_WITHOUT_QUORUM, ElectionRule.POLL_BEFORE_CAMPAIGN);
        var consensus = new ConsensusStatus(0x8e9e05c52164694dL, ConsensusStatus.Role.PRE_CANDIDATE, 0, 3, 17, 18, false, rules);
        var running = new NodeStatus.Running(new NodeIdentity(0x8e9e05c52164694dL, 0xcdf818194e3a8c32L), Optional.of(consensus), 17, 5,
                new StorageStatus("mvstore", StorageStatus.State.DETACHED, 5L << 20, 1_000));
        var status = new NodeStatus("one", "3.5.30", Optional.of("3.5.0"), Optional.of(running),
                List.of(new OptionStatus("checkquorum", EnumSet.of(ElectionRule.RESIGN_WITHOUT_QUORUM), "Steps down " + "when nobody answers ".repeat(5)),
                        new OptionStatus("prevote", Set.of(), "Switched off.")), List.of("local", "http"));
        assertEquals("""
                member              one 8e9e05c52164694d
                version             3.5.30, cluster 3.5.0
                cluster             cdf818194e3a8c32
                role                pre-candidate
                leader              none
                term                3
                commit index        17
                last index          18
                rules in force      POLL_BEFORE_CAMPAIGN, RESIGN_WITHOUT_QUORUM
                applied index       17
                revision            5
                storage             mvstore, its bundle is away
                storage size        1000 B in use of 5.0 MiB
                option checkquorum  RESIGN_WITHOUT_QUORUM
                                    Steps down when nobody answers when nobody answers when nobody answers when
                                    nobody answers when nobody answers
                option prevote      none
                                    Switched off.
                transports          local, http""", StatusTable.of(status));
    }

    @Test
    void nodeThatHasNotBooted() {
        assertEquals("""
                member      one, not booted
                version     3.5.30, cluster not decided
                options     none
                transports  none""",
                StatusTable.of(new NodeStatus("one", "3.5.30", Optional.empty(), Optional.empty(), List.of(), List.of())));
    }
}
