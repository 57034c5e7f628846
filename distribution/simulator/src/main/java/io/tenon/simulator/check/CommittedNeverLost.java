package io.tenon.simulator.check;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.LogMark;
import java.util.List;
import java.util.Optional;

/**
 * What a leader calls committed is durable on a quorum, of both halves of a joint configuration: acknowledged writes survive the loss of every
 * process. Source: Raft, section 5.3; thesis, section 10.2.1 for a leader that writes while it sends.
 */
public final class CommittedNeverLost implements Invariant {
    private final Cluster cluster;

    public CommittedNeverLost(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void committed(long member, List<Entry> entries) {
        Cluster.MemberState state = cluster.member(member);
        Optional<ConsensusStatus> status = state.status();
        if (entries.isEmpty() || status.isEmpty() || !status.get().isLeader()) {
            return;
        }
        requireDurable(member, status.get(), new LogMark(entries.getLast().term(), entries.getLast().index()));
    }

    /** Followers apply what the leader calls committed, also before it is durable on the leader, and so is handed out there. */
    @Override
    public void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
        LogModel log = cluster.member(member).log();
        boolean committed = before.isLeader() && now.isLeader() && before.term() == now.term() && now.commit() > before.commit();
        if (committed && now.commit() > log.base() && now.commit() <= log.last()) {
            requireDurable(member, now, new LogMark(log.term(now.commit()), now.commit()));
        }
    }

    private void requireDurable(long member, ConsensusStatus status, LogMark last) {
        Cluster.MemberState state = cluster.member(member);
        // Within one step a leader may commit by the configuration that was, and then take the next one.
        if (!isDurableOnQuorum(state.configuration, last) && !isDurableOnQuorum(state.configurationBefore, last)) {
            throw violated("leader %x of term %d committed entry %d of term %d, which is not durable on a quorum of %s".formatted(member,
                    status.term(), last.index(), last.term(), state.configuration));
        }
    }

    private boolean isDurableOnQuorum(ConfState configuration, LogMark entry) {
        return isDurableOnMajority(configuration.voters(), entry) && isDurableOnMajority(configuration.votersOutgoing(), entry);
    }

    private boolean isDurableOnMajority(List<Long> voters, LogMark entry) {
        long holders = voters.stream().filter(voter -> cluster.member(voter).durable().holds(entry.index(), entry.term())).count();
        return voters.isEmpty() || holders > voters.size() / 2;
    }
}
