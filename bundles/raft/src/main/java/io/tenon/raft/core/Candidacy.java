package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.raft.quorum.Vote;
import io.tenon.raft.quorum.VoteResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks for votes, its own among them: in a poll for the next term, in an election for its own. */
final class Candidacy implements Role {
    private final Member member;
    private final CampaignKind kind;
    private final Map<Long, Vote> votes = new HashMap<>();

    Candidacy(Member member, CampaignKind kind) {
        this.member = member;
        this.kind = kind;
    }

    /** Sends the requests. The own vote comes back as a message when the outbox with the vote is durable. */
    void askForVotes() {
        var last = new LogMark(member.log().lastTerm(), member.log().lastIndex());
        for (long voter : member.configuration().voters().union().ids()) {
            if (voter == member.id()) {
                member.out().voteGranted(responseType(), voter, askedTerm());
            } else {
                member.out().voteRequest(isPoll() ? MessageType.PRE_VOTE : MessageType.VOTE, voter, askedTerm(), last, kind.context());
            }
        }
    }

    private boolean isPoll() {
        return kind == CampaignKind.POLL;
    }

    private long askedTerm() {
        return isPoll() ? member.term() + 1 : member.term();
    }

    private MessageType responseType() {
        return isPoll() ? MessageType.PRE_VOTE_RESPONSE : MessageType.VOTE_RESPONSE;
    }

    @Override
    public ConsensusStatus.Role kind() {
        return isPoll() ? ConsensusStatus.Role.PRE_CANDIDATE : ConsensusStatus.Role.CANDIDATE;
    }

    @Override
    public long leader() {
        return 0;
    }

    @Override
    public void tick() {
        member.tickElection();
    }

    @Override
    public StepResult receive(Message message) {
        switch (message.type()) {
            // Someone else won this term.
            case APPEND, HEARTBEAT, SNAPSHOT -> {
                member.becomeFollower(message.term(), message.from());
                return member.role().receive(message);
            }
            case VOTE_RESPONSE, PRE_VOTE_RESPONSE -> count(message);
            case PROPOSE, READ_INDEX -> {
                return StepResult.NO_LEADER;
            }
            case APPEND_RESPONSE, HEARTBEAT_RESPONSE, VOTE, PRE_VOTE, TIMEOUT_NOW, TRANSFER_LEADER, READ_INDEX_RESPONSE -> { }
        }
        return StepResult.TAKEN;
    }

    private void count(Message message) {
        if (message.type() != responseType()) {
            return;
        }
        votes.putIfAbsent(message.from(), message.reject() ? Vote.NO : Vote.YES);
        VoteResult result = member.configuration().voters().result(id -> votes.getOrDefault(id, Vote.MISSING));
        switch (result) {
            case WON -> won();
            case LOST -> member.becomeFollower(member.term(), 0);
            case PENDING -> { }
        }
    }

    private void won() {
        if (isPoll()) {
            member.becomeCandidate(CampaignKind.ELECTION);
        } else {
            member.becomeLeader();
        }
    }

    @Override
    public StepResult propose(List<ByteString> payloads) {
        return StepResult.NO_LEADER;
    }

    @Override
    public StepResult proposeEntries(List<Entry> drafts) {
        return StepResult.NO_LEADER;
    }

    @Override
    public StepResult readIndex(ByteString context) {
        return StepResult.NO_LEADER;
    }

    @Override
    public void transferLeader(long target) {
        // Nobody leads; whoever wants a transfer asks again.
    }
}
