package io.tenon.runtime.proposal;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.StatusCode;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Proposal;
import io.tenon.wire.raftpb.ConfChange;
import io.tenon.wire.raftpb.ConfChangeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** Changes of the configuration between their proposal and their answer: what {@link ProposalPipeline} is for requests. */
public final class MemberChanges {
    /** Changes that may wait at once; the log lets through one at a time. */
    public static final int MOST_WAITING = 1_024;
    static final Refusal NO_LEADER_IN_TIME = Refusal.of(StatusCode.DEADLINE_EXCEEDED, "context deadline exceeded");

    private final RequestIds ids;
    private final long timeoutNanos;
    private final LongSupplier clockNanos;
    private final ConcurrentHashMap<Long, Waiting> waiting = new ConcurrentHashMap<>();
    /** Not taken by consensus, to be proposed again at the next tick. */
    private final Queue<Waiting> dropped = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Optional<Consensus>> consensus = new AtomicReference<>(Optional.empty());
    private volatile boolean stopped;

    MemberChanges(RequestIds ids, long timeoutNanos, LongSupplier clockNanos) {
        this.ids = ids;
        this.timeoutNanos = timeoutNanos;
        this.clockNanos = clockNanos;
    }

    void consensus(Optional<Consensus> now) {
        consensus.set(now);
    }

    /**
     * Any thread. The reply comes once, from the apply loop, or from this call when the change is refused at once.
     *
     * @param context JSON of the member, empty for none
     */
    public void propose(Step step, String context, Reply<List<ClusterMember>> reply) {
        if (waiting.mappingCount() >= MOST_WAITING) {
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
            return;
        }
        long id = ids.next();
        Waiting change = new Waiting(id, encode(id, step, context), reply, clockNanos.getAsLong() + timeoutNanos);
        waiting.put(id, change);
        if (stopped) {
            refuse(change, Refusals.SERVER_STOPPED);
        } else {
            send(change);
        }
    }

    /** etcd writes the first three fields even when they are zero. */
    private static ByteString encode(long id, Step step, String context) {
        ConfChange.Builder change = ConfChange.newBuilder().setId(id).setType(ConfChangeType.forNumber(step.kind().ordinal()))
                .setNodeId(step.nodeId());
        if (!context.isEmpty()) {
            change.setContext(ByteString.copyFromUtf8(context));
        }
        return change.build().toByteString();
    }

    private void send(Waiting change) {
        Optional<Consensus> now = consensus.get();
        if (now.isPresent()) {
            now.get().propose(change);
        } else {
            dropped.add(change);
        }
    }

    /** Whoever waits for the change with this id on this member; nobody does afterwards. Apply loop. */
    public Optional<Reply<List<ClusterMember>>> take(long id) {
        return Optional.ofNullable(waiting.remove(id)).map(change -> change.reply);
    }

    private void refuse(Waiting change, Refusal refusal) {
        if (waiting.remove(change.id, change)) {
            change.reply.refuse(refusal);
        }
    }

    /** Proposes again what was not taken, and answers what waited too long. Apply loop, at every tick. */
    void tick(long nowNanos) {
        List<Waiting> again = new ArrayList<>();
        for (Waiting change = dropped.poll(); change != null; change = dropped.poll()) {
            again.add(change);
        }
        for (Waiting change : again) {
            if (nowNanos - change.deadlineNanos < 0) {
                send(change);
            } else {
                refuse(change, NO_LEADER_IN_TIME);
            }
        }
        for (Waiting change : waiting.values()) {
            if (nowNanos - change.deadlineNanos >= 0 && !dropped.contains(change)) {
                refuse(change, Refusals.REQUEST_TIMED_OUT);
            }
        }
    }

    /** Answers everything that waits; nothing is taken from now on. */
    void stop() {
        stopped = true;
        waiting.values().forEach(change -> refuse(change, Refusals.SERVER_STOPPED));
    }

    /** A change on its way. */
    private final class Waiting implements Proposal {
        private final long id;
        private final ByteString data;
        private final Reply<List<ClusterMember>> reply;
        private final long deadlineNanos;

        Waiting(long id, ByteString data, Reply<List<ClusterMember>> reply, long deadlineNanos) {
            this.id = id;
            this.data = data;
            this.reply = reply;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public EntryType type() {
            return EntryType.CONF_CHANGE;
        }

        @Override
        public ByteString data() {
            return data;
        }

        @Override
        public void accepted(LogMark mark) {
            // Found again by its id when it is applied. One that the log let through as an empty entry, because another is on its way, times
            // out, as in etcd.
        }

        @Override
        public void dropped(DropReason reason) {
            switch (reason) {
                case NO_LEADER, TRANSFERRING, DEPOSED -> dropped.add(this);
                case BUSY, TOO_MUCH_UNCOMMITTED -> refuse(this, stopped ? Refusals.SERVER_STOPPED : Refusals.TOO_MANY_REQUESTS);
            }
        }
    }
}
