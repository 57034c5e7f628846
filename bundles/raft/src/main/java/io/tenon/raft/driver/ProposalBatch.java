package io.tenon.raft.driver;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Proposal;
import io.tenon.api.consensus.Proposal.DropReason;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.RaftCore;
import io.tenon.raft.core.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Gathers proposals into one core step: one append to the log and one message to each follower, however many there are. */
final class ProposalBatch {
    private final RaftCore core;
    private final List<Proposal> proposals = new ArrayList<>();
    private List<ByteString> payloads = new ArrayList<>();
    private long bytes;

    ProposalBatch(RaftCore core) {
        this.core = core;
    }

    /** Payload bytes that were added since {@link #begin}. */
    long bytes() {
        return bytes;
    }

    void begin() {
        bytes = 0;
    }

    void add(Proposal proposal) {
        if (isTooLate(proposal)) {
            proposal.dropped(DropReason.DEPOSED);
            return;
        }
        bytes += proposal.data().size();
        if (proposal.type() == EntryType.NORMAL) {
            proposals.add(proposal);
            payloads.add(proposal.data());
        } else {
            // Order is kept: what came before goes before.
            propose();
            proposals.add(proposal);
            conclude(core.step(new Input.ProposeConfChange(proposal.type(), proposal.data())));
        }
    }

    private boolean isTooLate(Proposal proposal) {
        OptionalLong term = proposal.onlyInTerm();
        return term.isPresent() && !(core.status().isLeader() && core.status().term() == term.getAsLong());
    }

    /** Steps the core with what was gathered. */
    void propose() {
        if (proposals.isEmpty()) {
            return;
        }
        List<ByteString> step = payloads;
        payloads = new ArrayList<>(step.size());
        conclude(core.step(new Input.Propose(step)));
    }

    private void conclude(StepResult result) {
        switch (result) {
            case TAKEN -> accepted();
            case NO_LEADER, UNKNOWN_PEER -> dropped(DropReason.NO_LEADER);
            case TRANSFERRING -> dropped(DropReason.TRANSFERRING);
            case TOO_MUCH_UNCOMMITTED -> dropped(DropReason.TOO_MUCH_UNCOMMITTED);
        }
        proposals.clear();
    }

    private void accepted() {
        ConsensusStatus status = core.status();
        long index = status.lastIndex() - proposals.size();
        for (Proposal proposal : proposals) {
            proposal.accepted(status.isLeader() ? new LogMark(status.term(), ++index) : LogMark.ZERO);
        }
    }

    private void dropped(DropReason reason) {
        proposals.forEach(proposal -> proposal.dropped(reason));
    }
}
