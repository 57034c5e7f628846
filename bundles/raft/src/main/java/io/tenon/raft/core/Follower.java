package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Message;
import java.util.List;

/** Takes what the leader says, and campaigns when it says nothing for too long. */
final class Follower implements Role {
    private final Member member;
    private final Acceptor acceptor;
    private long leader;

    Follower(Member member, long leader) {
        this.member = member;
        this.leader = leader;
        acceptor = new Acceptor(member);
    }

    @Override
    public ConsensusStatus.Role kind() {
        return ConsensusStatus.Role.FOLLOWER;
    }

    @Override
    public long leader() {
        return leader;
    }

    void forgetLeader() {
        // Reads by lease rely on followers that do not vote while they know a leader.
        if (!member.options().has(Behaviour.LEASE_READS)) {
            leader = 0;
        }
    }

    @Override
    public void tick() {
        member.tickElection();
    }

    @Override
    public StepResult receive(Message message) {
        switch (message.type()) {
            case APPEND, HEARTBEAT, SNAPSHOT -> {
                member.restartElectionTimer();
                leader = message.from();
                acceptor.receive(message);
            }
            case PROPOSE -> {
                return proposeEntries(message.entries());
            }
            case TRANSFER_LEADER -> transferLeader(message.from());
            // A member that was removed, or not yet added, may hear of a transfer that began before.
            case TIMEOUT_NOW -> member.campaign(CampaignKind.TRANSFER);
            case READ_INDEX -> {
                return passOn(message.from(), message.entries().getFirst().data());
            }
            case READ_INDEX_RESPONSE -> member.out().readAnswered(message.index(), message.entries().getFirst().data());
            case APPEND_RESPONSE, HEARTBEAT_RESPONSE, VOTE, VOTE_RESPONSE, PRE_VOTE, PRE_VOTE_RESPONSE -> { }
        }
        return StepResult.TAKEN;
    }

    @Override
    public StepResult propose(List<ByteString> payloads) {
        return proposeEntries(payloads.stream().map(data -> new Entry(0, 0, EntryType.NORMAL, data)).toList());
    }

    @Override
    public StepResult proposeEntries(List<Entry> drafts) {
        if (leader == 0 || member.options().has(Behaviour.NO_PROPOSAL_FORWARDING)) {
            return StepResult.NO_LEADER;
        }
        member.out().propose(leader, drafts);
        return StepResult.TAKEN;
    }

    @Override
    public StepResult readIndex(ByteString context) {
        return passOn(member.id(), context);
    }

    private StepResult passOn(long origin, ByteString context) {
        if (leader == 0) {
            return StepResult.NO_LEADER;
        }
        member.out().readIndex(leader, origin, context);
        return StepResult.TAKEN;
    }

    @Override
    public void transferLeader(long target) {
        if (leader != 0) {
            member.out().transferLeader(leader, target, member.term());
        }
    }
}
