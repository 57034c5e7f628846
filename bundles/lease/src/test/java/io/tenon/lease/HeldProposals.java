package io.tenon.lease;

import io.tenon.api.Refusal;
import io.tenon.api.RefusedException;
import io.tenon.api.Reply;
import io.tenon.api.proposal.Proposals;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A pipeline that applies at once, or holds what is proposed until the test lets it go. */
final class HeldProposals implements Proposals {
    final List<InternalRaftRequest> proposed = new ArrayList<>();
    final Deque<Runnable> held = new ArrayDeque<>();
    final Deque<Reply<?>> heldReplies = new ArrayDeque<>();
    boolean hold;
    boolean holdReads;
    boolean full;
    /** Not after each entry: a node in memory copies all its rows to publish them. */
    boolean publish = true;
    long leader = StateNode.MEMBER_ID;
    int reads;
    private long lastId = 1000;
    private StateNode node;

    void connect(StateNode stateNode) {
        node = stateNode;
    }

    /** Applies the oldest of what is held. */
    void release() {
        heldReplies.remove();
        held.remove().run();
    }

    /** Refuses the oldest of what is held. */
    void refuse(Refusal refusal) {
        held.remove();
        heldReplies.remove().refuse(refusal);
    }

    @Override
    @SuppressWarnings("unchecked") // the contract says which answer belongs to which body
    public <T> void propose(InternalRaftRequest request, Reply<T> reply) {
        proposed.add(request);
        run(hold, () -> {
            Object answer;
            try {
                answer = publish ? node.apply(request) : node.applyUnpublished(request, true);
            } catch (RefusedException e) {
                reply.refuse(e.refusal());
                return;
            }
            reply.accept((T) answer);
        }, reply);
    }

    /** Who leads is what the test tells the machine, so nothing is refused here. */
    @Override
    public <T> void proposeWhileLeading(InternalRaftRequest request, Reply<T> reply) {
        propose(request, reply);
    }

    @Override
    public void awaitLinearizable(Reply<Long> reply) {
        reads++;
        run(holdReads, () -> reply.accept((long) proposed.size()), reply);
    }

    @Override
    public boolean onApplyLoop(Runnable work) {
        if (!full) {
            work.run();
        }
        return !full;
    }

    @Override
    public ResponseHeader header(long revision) {
        return node.header(revision);
    }

    @Override
    public long leader() {
        return leader;
    }

    @Override
    public long nextId() {
        return ++lastId | Long.MIN_VALUE;
    }

    private void run(boolean later, Runnable work, Reply<?> reply) {
        if (later) {
            held.add(work);
            heldReplies.add(reply);
        } else {
            work.run();
        }
    }
}
