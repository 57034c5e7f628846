package io.tenon.raft.checkquorum;

import io.tenon.spi.election.ElectionOption;
import io.tenon.spi.election.ElectionRule;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/** etcd's CheckQuorum, which etcd has no flag for (thesis 6.2 and 4.2.3). */
@Component(service = ElectionOption.class, immediate = true)
public final class CheckQuorum implements ElectionOption {

    @Override
    public String name() {
        return "checkquorum";
    }

    /** Votes are ignored while a leader is live, so a stuck leader of an older term learns the newer one by an answer alone (reference: raft, section 3). */
    @Override
    public Set<ElectionRule> rules() {
        return Set.of(ElectionRule.PROTECT_LIVE_LEADER, ElectionRule.RESIGN_WITHOUT_QUORUM, ElectionRule.ANSWER_STALE_LEADER);
    }

    @Override
    public String documentation() {
        return "A leader that has not heard of a quorum for an election timeout steps down, and members that hear of a leader ignore votes for "
                + "another; a new leader may take one election timeout longer.";
    }
}
