package io.tenon.raft.prevote;

import io.tenon.api.config.ElectionChoice;
import io.tenon.api.config.NodeConfig;
import io.tenon.spi.election.ElectionOption;
import io.tenon.spi.election.ElectionRule;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * etcd's PreVote. A member that lost touch asks whether it could win before it raises the term, so its return disturbs nobody (thesis 9.6).
 * {@code --pre-vote=false} leaves the option in place without a rule, so that a status tells why there is no poll.
 */
@Component(service = ElectionOption.class, immediate = true)
public final class PreVote implements ElectionOption {
    private final boolean wanted;

    @Activate
    public PreVote(@Reference NodeConfig config) {
        wanted = ElectionChoice.of(config.flags()).preVote();
    }

    @Override
    public String name() {
        return "prevote";
    }

    /** A poll does not raise the term, so a stale leader would never hear of a newer one unless it is answered (reference: raft, section 3). */
    @Override
    public Set<ElectionRule> rules() {
        return wanted ? Set.of(ElectionRule.POLL_BEFORE_CAMPAIGN, ElectionRule.ANSWER_STALE_LEADER) : Set.of();
    }

    @Override
    public String documentation() {
        return wanted ? "Asks for a poll before campaigning, so that a member that was cut off does not unseat the leader when it returns; "
                + "costs one more round of messages per election." : "Switched off by --pre-vote=false.";
    }
}
