package io.tenon.simulator.check;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whoever leads got the votes of a majority, of both halves of a joint configuration. Source: Raft, section 5.2; thesis, section 4.3. */
public final class LeadersAreElected implements Invariant {
    private final Cluster cluster;
    private final Map<Candidacy, Set<Long>> votes = new HashMap<>();

    private record Candidacy(long candidate, long term) {
    }

    public LeadersAreElected(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void sent(long member, Message message) {
        if (message.type() == MessageType.VOTE_RESPONSE && !message.reject()) {
            votes.computeIfAbsent(new Candidacy(message.to(), message.term()), candidacy -> new HashSet<>()).add(member);
        }
    }

    @Override
    public void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
        if (!now.isLeader() || before.isLeader() && before.term() == now.term()) {
            return;
        }
        Set<Long> voters = new HashSet<>(votes.getOrDefault(new Candidacy(member, now.term()), Set.of()));
        voters.add(member);
        Cluster.MemberState state = cluster.member(member);
        // Within one step it may win by the configuration that was, and then take the next one.
        if (!isElected(state.configuration, voters) && !isElected(state.configurationBefore, voters)) {
            throw violated("member %x leads term %d by the votes of %s, which are no majority of %s".formatted(member, now.term(), voters,
                    state.configuration));
        }
    }

    private static boolean isElected(ConfState configuration, Set<Long> voters) {
        return isMajority(configuration.voters(), voters) && (configuration.votersOutgoing().isEmpty() || isMajority(configuration.votersOutgoing(), voters));
    }

    private static boolean isMajority(List<Long> of, Set<Long> voters) {
        return of.stream().filter(voters::contains).count() > of.size() / 2;
    }
}
