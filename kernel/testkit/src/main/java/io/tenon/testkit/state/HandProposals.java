package io.tenon.testkit.state;

import io.tenon.api.Refusals;
import io.tenon.api.RefusedException;
import io.tenon.api.Reply;
import io.tenon.api.proposal.Proposals;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.ArrayList;
import java.util.List;

/**
 * A pipeline without a log: a proposal is applied and published before the call returns, and a linearizable read waits for nothing. Connect
 * it to a node after the machines that need it were made.
 */
public final class HandProposals implements Proposals {
    private final List<InternalRaftRequest> proposed = new ArrayList<>();
    private StateNode node;
    private long lastId = 1000;
    private long leader = StateNode.MEMBER_ID;

    public void connect(StateNode stateNode) {
        node = stateNode;
    }

    /** All that was proposed so far. */
    public List<InternalRaftRequest> proposed() {
        return List.copyOf(proposed);
    }

    @Override
    @SuppressWarnings("unchecked") // the contract says which answer belongs to which body
    public <T> void propose(InternalRaftRequest request, Reply<T> reply) {
        proposed.add(request);
        Object answer;
        try {
            answer = node.apply(request);
        } catch (RefusedException e) {
            reply.refuse(e.refusal());
            return;
        }
        reply.accept((T) answer);
    }

    /** This member leads as long as nobody says {@link #leader(long)}. */
    @Override
    public <T> void proposeWhileLeading(InternalRaftRequest request, Reply<T> reply) {
        if (leader == StateNode.MEMBER_ID) {
            propose(request, reply);
        } else {
            reply.refuse(Refusals.NOT_LEADER);
        }
    }

    @Override
    public void awaitLinearizable(Reply<Long> reply) {
        reply.accept((long) proposed.size());
    }

    @Override
    public boolean onApplyLoop(Runnable work) {
        work.run();
        return true;
    }

    /** Which leader this member knows from now on; 0 for none. At first it is this member itself. */
    public void leader(long memberId) {
        leader = memberId;
    }

    @Override
    public long leader() {
        return leader;
    }

    @Override
    public long nextId() {
        return ++lastId;
    }

    @Override
    public ResponseHeader header(long revision) {
        return node.header(revision);
    }
}
