package io.tenon.raft.driver;

import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.PeerProgress;
import io.tenon.api.consensus.Proposal;
import io.tenon.api.consensus.ReadIndexReply;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.api.loop.Inbox;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopRole;
import io.tenon.raft.core.Behaviour;
import io.tenon.raft.core.CoreOptions;
import io.tenon.raft.core.Input;
import io.tenon.spi.consensus.ConsensusStart;
import io.tenon.spi.election.ElectionRule;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;

/**
 * A member's consensus, as the rest of the node sees it: the way into the inboxes of {@link RaftLoop}, from any thread, without a lock.
 */
public final class RaftDriver implements Consensus {
    /** Proposals that wait for the raft loop. */
    public static final int MOST_PROPOSALS = 16_384;
    /** Read requests that wait for the raft loop. */
    public static final int MOST_READS = 16_384;
    /** Messages of peers that wait for the raft loop. */
    public static final int MOST_MESSAGES = 4_096;
    /** Other requests that wait for the raft loop; the apply loop has one configuration change on its way at most. */
    public static final int MOST_REQUESTS = 1_024;
    /** Encoded entries in one append to a peer: etcd's 1 MiB. */
    public static final long APPEND_BYTES = 1 << 20;
    /** Unanswered appends to one peer: etcd's 512. */
    public static final int INFLIGHT_MESSAGES = 512;
    /** Entries that are handed to the apply loop and not yet applied. */
    public static final long APPLYING_BYTES = 16 << 20;
    /** Committed entries that are kept in memory for slow peers. */
    public static final long CACHE_BYTES = 16 << 20;

    private final Inboxes inboxes = new Inboxes();
    private final RaftLoop loop;
    private final LoopHandle handle;
    private volatile boolean closing;
    private volatile boolean detached;

    /** The ways into the loop. */
    static final class Inboxes {
        final Inbox<Proposal> proposals = new Inbox<>(MOST_PROPOSALS);
        final Inbox<ReadIndexReply> reads = new Inbox<>(MOST_READS);
        final Inbox<Message> messages = new Inbox<>(MOST_MESSAGES);
        final Inbox<Request> requests = new Inbox<>(MOST_REQUESTS);
        /** Peers of which transports say that they are not reached; ascending. As many as there are members, however often it is said. */
        final ConcurrentSkipListSet<Long> unreachable = new ConcurrentSkipListSet<>();
        /** Written by the apply loop alone. */
        volatile long applied;

        void onOffer(Runnable wake) {
            proposals.onOffer(wake);
            reads.onOffer(wake);
            messages.onOffer(wake);
            requests.onOffer(wake);
        }
    }

    /** What is asked of the loop now and then. */
    sealed interface Request {

        /** One input of the core. */
        record Step(Input input) implements Request {
        }

        /**
         * A configuration change takes effect, and whoever applies it waits for the answer.
         *
         * @param toldApplied what was told to be applied before this was asked for
         */
        record Change(ConfChange change, long toldApplied, Consumer<ConfState> applied) implements Request {
        }

        /** Somebody waits until the messages that are in the inbox now are taken in. */
        record AfterReceived(Runnable then) implements Request {
        }

        /** Somebody asks how far the members are. */
        record LookAtProgress(Consumer<SortedMap<Long, PeerProgress>> told) implements Request {
        }

        /** Entries up to here are not needed in memory any more; the log may have released some as well. */
        record Forget(long index) implements Request {
        }
    }

    private RaftDriver(ConsensusStart start) {
        inboxes.applied = start.applied().index();
        loop = new RaftLoop(start, options(start), inboxes);
        handle = start.loops().attach(LoopRole.RAFT, "raft-" + Long.toHexString(start.id()), loop);
        inboxes.onOffer(handle::wake);
        loop.onWake(handle::wake);
        handle.wake();
    }

    /** Reads the end of the log, so it blocks; then runs on the host's loop. */
    static RaftDriver start(ConsensusStart start) {
        return new RaftDriver(start);
    }

    private static CoreOptions options(ConsensusStart start) {
        var limits = new CoreOptions.Limits(APPEND_BYTES, INFLIGHT_MESSAGES, 0, APPLYING_BYTES, Long.MAX_VALUE, CACHE_BYTES, 0);
        return new CoreOptions(start.id(), start.electionTicks(), 1, start.random().nextLong(), limits,
                Set.of(Behaviour.HAND_OUT_DURABLE_ONLY));
    }

    @Override
    public void propose(Proposal proposal) {
        if (closing || !inboxes.proposals.offer(proposal)) {
            proposal.dropped(Proposal.DropReason.BUSY);
        } else if (detached) {
            refuseWaiting();
        }
    }

    @Override
    public void readIndex(ReadIndexReply reply) {
        if (closing || !inboxes.reads.offer(reply)) {
            reply.failed();
        } else if (detached) {
            refuseWaiting();
        }
    }

    @Override
    public boolean receive(Message message) {
        return !closing && inboxes.messages.offer(message);
    }

    @Override
    public void applyConfChange(ConfChange change, Consumer<ConfState> applied) {
        request(new Request.Change(change, inboxes.applied, applied));
    }

    @Override
    public void applied(long index) {
        inboxes.applied = index;
        handle.wake();
    }

    @Override
    public void compact(long index) {
        request(new Request.Forget(index));
    }

    @Override
    public void transferLeadership(long target) {
        // Clients ask for it: what finds no room is not begun, as if the target had not answered.
        offer(new Request.Step(new Input.TransferLeader(target)));
    }

    @Override
    public void progress(Consumer<SortedMap<Long, PeerProgress>> told) {
        // Clients ask for it too: what finds no room is told nothing.
        if (!offer(new Request.LookAtProgress(told))) {
            told.accept(Collections.emptySortedMap());
        }
    }

    @Override
    public void afterReceived(Runnable then) {
        request(new Request.AfterReceived(then));
    }

    @Override
    public void peerUnreachable(long peer) {
        if (!closing && inboxes.unreachable.add(peer)) {
            handle.wake();
        }
    }

    @Override
    public void snapshotSent(long peer, SnapshotOutcome outcome) {
        request(new Request.Step(new Input.ReportSnapshot(peer, outcome)));
    }

    @Override
    public void snapshotTaken(Snapshot snapshot) {
        request(new Request.Step(new Input.SnapshotTaken(snapshot)));
    }

    @Override
    public void changeRules(Set<ElectionRule> rules) {
        loop.changeRules(Set.copyOf(rules));
    }

    /** False when there is no room; also true when this is closing, and nobody is called any more. */
    private boolean offer(Request request) {
        return closing || inboxes.requests.offer(request);
    }

    private void request(Request request) {
        if (!closing && !inboxes.requests.offer(request)) {
            throw new IllegalStateException("more than " + MOST_REQUESTS + " requests wait for the raft loop, the last is " + request);
        }
    }

    @Override
    public ConsensusStatus status() {
        return loop.status();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        handle.close();
        loop.close();
        detached = true;
        refuseWaiting();
    }

    /** The loop is gone: whoever still waits for it, or slips in after it, is told so by this thread. */
    private synchronized void refuseWaiting() {
        inboxes.proposals.drain(proposal -> proposal.dropped(Proposal.DropReason.BUSY), MOST_PROPOSALS);
        inboxes.reads.drain(ReadIndexReply::failed, MOST_READS);
    }
}
