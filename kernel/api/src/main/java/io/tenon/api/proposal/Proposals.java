package io.tenon.api.proposal;

import io.tenon.api.Reply;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;

/** The way of a request through the replicated log. Provided by the kernel as a slot. Never blocks. */
public interface Proposals {

    /**
     * Logs a request and answers with what its state machine returned when it was applied. The kernel adds the header, checks the size
     * and the gap between commit and apply, and answers with a time-out after etcd's request time-out.
     *
     * @param request exactly one body; a header, if there is one, names user and auth revision
     * @param reply   called on the apply loop
     * @param <T>     the response message that belongs to the body
     */
    <T> void propose(InternalRaftRequest request, Reply<T> reply);

    /**
     * As {@link #propose}, for what only a leader may decide: it is logged in the leadership that the state machines were last told of
     * ({@code leadershipChanged}), or refused. Apply loop.
     */
    <T> void proposeWhileLeading(InternalRaftRequest request, Reply<T> reply);

    /**
     * Waits until this member has applied all that was committed when this was called; requests that wait together share a round.
     *
     * @param reply accepts the index that was waited for, on the apply loop
     */
    void awaitLinearizable(Reply<Long> reply);

    /** Runs work on the apply loop, between entries. False when its queue is full. */
    boolean onApplyLoop(Runnable work);

    /**
     * A complete response header with this revision and the newest known term, for answers that are not applied. Any thread.
     *
     * @param revision of the keyspace; 0 leaves it out, as the Cluster service does
     */
    ResponseHeader header(long revision);

    /** The leader that this member follows, or itself when it leads; 0 when none is known. Any thread. */
    long leader();

    /** A new id for a request or a lease, as etcd makes them: member, time, counter. Never 0. Any thread. */
    long nextId();
}
