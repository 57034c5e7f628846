package io.tenon.runtime.node;

import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.Reconfiguration;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.LeaderView;
import io.tenon.api.proposal.Proposals;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The proposal slot: refers to the running node, and refuses before there is one. */
public final class ProposalService implements Proposals, LeaderView, Reconfiguration {
    private volatile Optional<NodeParts> node = Optional.empty();

    /** The node that is running; empty before and after. Any thread. */
    public void node(Optional<NodeParts> now) {
        node = now;
    }

    @Override
    @SuppressWarnings("unchecked") // The answer's type follows from the request's body: the contract of Proposals.
    public <T> void propose(InternalRaftRequest request, Reply<T> reply) {
        Optional<NodeParts> now = node;
        if (now.isPresent()) {
            now.get().pipeline().propose(request, (Reply<Object>) reply);
        } else {
            reply.refuse(Refusals.SERVER_STOPPED);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // As above.
    public <T> void proposeWhileLeading(InternalRaftRequest request, Reply<T> reply) {
        Optional<NodeParts> now = node;
        OptionalLong term = now.map(parts -> parts.applyLoop().ledTerm()).orElse(OptionalLong.empty());
        if (term.isPresent()) {
            now.get().pipeline().propose(request, term, (Reply<Object>) reply);
        } else {
            reply.refuse(Refusals.NOT_LEADER);
        }
    }

    @Override
    public void awaitLinearizable(Reply<Long> reply) {
        Optional<NodeParts> now = node;
        if (now.isPresent()) {
            now.get().applyLoop().awaitLinearizable(reply);
        } else {
            reply.refuse(Refusals.SERVER_STOPPED);
        }
    }

    @Override
    public boolean onApplyLoop(Runnable work) {
        return node.map(now -> now.applyLoop().run(work)).orElse(false);
    }

    @Override
    public ResponseHeader header(long revision) {
        return parts().headers().of(revision);
    }

    @Override
    public long leader() {
        return status().map(ConsensusStatus::leader).orElse(0L);
    }

    @Override
    public long nextId() {
        return parts().pipeline().nextId();
    }

    @Override
    public boolean hasLeader() {
        return leader() != 0;
    }

    @Override
    public boolean isLearner() {
        return status().map(ConsensusStatus::learner).orElse(false);
    }

    @Override
    public void change(ConfChange.Step step, String context, Reply<List<ClusterMember>> reply) {
        Optional<NodeParts> now = node;
        if (now.isPresent()) {
            now.get().pipeline().changes().propose(step, context, reply);
        } else {
            reply.refuse(Refusals.SERVER_STOPPED);
        }
    }

    @Override
    public void progress(Reply<LeaderProgress> reply) {
        Optional<Consensus> now = node.flatMap(parts -> parts.consensus().get());
        if (now.isEmpty()) {
            reply.refuse(Refusals.SERVER_STOPPED);
            return;
        }
        now.get().progress(members -> {
            if (members.isEmpty()) {
                reply.refuse(Refusals.NOT_LEADER);
            } else {
                reply.accept(new LeaderProgress(now.get().status().commit(), members));
            }
        });
    }

    private Optional<ConsensusStatus> status() {
        return node.flatMap(now -> now.consensus().get()).map(Consensus::status);
    }

    private NodeParts parts() {
        return node.orElseThrow(Refusals.SERVER_STOPPED::asException);
    }
}
