package io.tenon.api.consensus;

import io.tenon.spi.election.ElectionRule;
import java.util.Set;

/**
 * How consensus stands, at one instant.
 *
 * @param leader 0 when none is known
 * @param rules  election rules in force
 */
public record ConsensusStatus(long id, Role role, long leader, long term, long commit, long lastIndex, boolean learner,
                              Set<ElectionRule> rules) {

    /** What this member is at the moment. */
    public enum Role { FOLLOWER, PRE_CANDIDATE, CANDIDATE, LEADER }

    public boolean isLeader() {
        return role == Role.LEADER;
    }
}
