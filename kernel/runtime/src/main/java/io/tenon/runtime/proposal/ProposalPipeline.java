package io.tenon.runtime.proposal;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.Proposal.DropReason;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Requests between their proposal and their answer. They outlive the consensus that carries them: when it is replaced, what was not taken
 * is proposed again, and what was logged is answered when it is applied.
 */
public final class ProposalPipeline {
    private final RequestCodec codec;
    private final RequestIds ids;
    private final Bounds bounds;
    private final Admission admission;
    private final LongSupplier clockNanos;
    private final MemberChanges changes;
    private final ConcurrentHashMap<Long, Pending> waiting = new ConcurrentHashMap<>();
    /** Not taken by consensus, to be proposed again at the next tick. */
    private final Queue<Pending> dropped = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Optional<Consensus>> consensus = new AtomicReference<>(Optional.empty());
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile boolean stopped;

    /**
     * @param maxRequestBytes  of a logged payload
     * @param timeoutNanos     until a proposal is answered as timed out
     * @param mostWaiting      proposals that may wait for their answer
     * @param mostWaitingBytes what their payloads may take together
     */
    public record Bounds(int maxRequestBytes, long timeoutNanos, int mostWaiting, long mostWaitingBytes) {
        /** Proposals that may wait at once; each holds its request in the heap. */
        public static final int MOST_WAITING = 65_536;
    }

    /** @param clockNanos the host's clock */
    public ProposalPipeline(RequestCodec codec, RequestIds ids, Bounds bounds, Admission admission, LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
        this.codec = codec;
        this.ids = ids;
        this.bounds = bounds;
        this.admission = admission;
        changes = new MemberChanges(ids, bounds.timeoutNanos(), clockNanos);
    }

    /** Changes of the configuration; they take the same way and live as long. */
    public MemberChanges changes() {
        return changes;
    }

    public void consensus(Optional<Consensus> now) {
        consensus.set(now);
        changes.consensus(now);
    }

    /** Any thread. The reply comes once, from the apply loop, or from this call when the request is refused at once. */
    public void propose(InternalRaftRequest request, Reply<Object> reply) {
        propose(request, OptionalLong.empty(), reply);
    }

    /**
     * As {@link #propose(InternalRaftRequest, Reply)}, for what only a leader may decide.
     *
     * @param onlyInTerm it is logged by this member in this term, or refused
     */
    public void propose(InternalRaftRequest request, OptionalLong onlyInTerm, Reply<Object> reply) {
        RequestKind kind = RequestKinds.of(request).orElseThrow(() -> new IllegalArgumentException("request without a body"));
        long id = ids.next();
        ByteString data = codec.encode(request, id);
        Optional<Refusal> refusal = refusal(kind, request, data);
        if (refusal.isPresent()) {
            reply.refuse(refusal.get());
            return;
        }
        Pending pending = new Pending(new Pending.Content(id, kind, request, data, onlyInTerm), reply, clockNanos.getAsLong() + bounds.timeoutNanos(), this::onDropped);
        add(pending);
        if (stopped && remove(pending)) {
            reply.refuse(Refusals.SERVER_STOPPED);
            return;
        }
        send(pending);
    }

    private Optional<Refusal> refusal(RequestKind kind, InternalRaftRequest request, ByteString data) {
        if (stopped) {
            return Optional.of(Refusals.SERVER_STOPPED);
        }
        if (data.size() > bounds.maxRequestBytes()) {
            return Optional.of(Refusals.REQUEST_IS_TOO_LARGE);
        }
        boolean noRoom = waitingBytes.get() + data.size() > bounds.mostWaitingBytes() && !waiting.isEmpty();
        if (noRoom || waiting.mappingCount() >= bounds.mostWaiting()) {
            return Optional.of(Refusals.TOO_MANY_REQUESTS);
        }
        return admission.check(kind, request);
    }

    private void add(Pending pending) {
        waitingBytes.addAndGet(pending.data().size());
        waiting.put(pending.id(), pending);
    }

    /** False when somebody else has taken it out. */
    private boolean remove(Pending pending) {
        boolean taken = waiting.remove(pending.id(), pending);
        if (taken) {
            waitingBytes.addAndGet(-pending.data().size());
        }
        return taken;
    }

    private void send(Pending pending) {
        Optional<Consensus> now = consensus.get();
        if (now.isPresent()) {
            now.get().propose(pending);
        } else {
            dropped.add(pending);
        }
    }

    private void onDropped(Pending pending, DropReason reason) {
        switch (reason) {
            case DEPOSED -> refuseDeposed(pending);
            case NO_LEADER, TRANSFERRING -> {
                if (pending.onlyInTerm().isPresent()) {
                    refuseDeposed(pending);
                } else {
                    dropped.add(pending);
                }
            }
            case BUSY, TOO_MUCH_UNCOMMITTED -> {
                if (remove(pending)) {
                    pending.refuse(stopped ? Refusals.SERVER_STOPPED : Refusals.TOO_MANY_REQUESTS);
                }
            }
        }
    }

    private void refuseDeposed(Pending pending) {
        if (remove(pending)) {
            pending.refuse(Refusals.NOT_LEADER);
        }
    }

    /** The request an entry carries, when it waits here; it is no longer waiting then. Apply loop. */
    public Optional<Pending> take(ByteString data) {
        return waiting.isEmpty() ? Optional.empty() : Optional.ofNullable(waiting.get(RequestCodec.idOf(data))).filter(this::remove);
    }

    /** The request was taken but its entry cannot be applied yet. Apply loop. */
    public void putBack(Pending pending) {
        add(pending);
    }

    /** Proposes again what was not taken, and answers what waited too long. Apply loop, at every tick. */
    public void tick(long nowNanos) {
        changes.tick(nowNanos);
        List<Pending> again = new ArrayList<>();
        for (Pending pending = dropped.poll(); pending != null; pending = dropped.poll()) {
            again.add(pending);
        }
        for (Pending pending : again) {
            if (nowNanos - pending.deadlineNanos() < 0) {
                send(pending);
            } else if (remove(pending)) {
                pending.refuse(MemberChanges.NO_LEADER_IN_TIME);
            }
        }
        for (Pending pending : waiting.values()) {
            if (nowNanos - pending.deadlineNanos() >= 0 && !dropped.contains(pending) && remove(pending)) {
                pending.refuse(Refusals.REQUEST_TIMED_OUT);
            }
        }
    }

    /** Answers everything that waits; nothing is taken from now on. */
    public void stop() {
        stopped = true;
        changes.stop();
        for (Pending pending : waiting.values()) {
            if (remove(pending)) {
                pending.refuse(Refusals.SERVER_STOPPED);
            }
        }
    }

    public int size() {
        return waiting.size();
    }

    public long nextId() {
        return ids.next();
    }
}
