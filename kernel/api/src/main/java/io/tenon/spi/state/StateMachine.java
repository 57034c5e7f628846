package io.tenon.spi.state;

import com.google.protobuf.ByteString;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A part of the replicated state. All methods are called on the apply loop (before it starts: on the thread that starts it), never at
 * once, and do not block. A machine also offers typed ports by implementing {@link KeyspacePort}, {@link LeasePort}, {@link AlarmPort},
 * {@link MembershipPort}, {@link EventPort}, {@link V2Port} or
 * {@link PermissionPort}.
 */
@ProviderType
public interface StateMachine {

    /** Short name for logs and for parked state; the bundle's folder. */
    String id();

    /** Order of restoring and publishing, ascending: cluster 10, v2store 15, lease 20, auth 25, mvcc 30, watch 40. */
    int order();

    /** What it applies. No two machines apply the same kind. */
    Set<RequestKind> kinds();

    /** The buckets whose rows it alone writes. */
    Set<Bucket> buckets();

    /**
     * Rebuilds the state from the engine. The view is closed after the last machine was restored. Also called on a machine that has state,
     * when a snapshot of another member replaces the rows: it forgets all of it, but not who waits for an answer.
     */
    void restore(EngineView view, Ports ports);

    /**
     * Shows a restored machine the message of the snapshot that its rows, or rows older than its own, came with: what etcd keeps there and
     * nowhere else is written to rows through the context. Called again with the same message after a restart. Apply loop.
     *
     * @param data as etcd writes it, JSON of the v2 store
     */
    default void restoreFromSnapshot(ApplyContext context, ByteString data) {
    }

    /**
     * Applies one committed request: changes the state, writes rows through the context, returns the answer.
     *
     * @return the response message of the request, header included ({@link ApplyContext#header})
     * @throws io.tenon.api.RefusedException the request had no effect, on every member alike; any other exception halts the node
     */
    Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request);

    /** After each batch of entries, and when the engine saved rows: make this state, over these rows, visible to readers. */
    default void publish(Rows rows) {
    }

    /** Time passes; called on the apply loop about every 100 ms, never inside an entry. */
    default void tick(ApplyContext context, long nowNanos) {
    }

    /** This member became leader, or is no longer. */
    default void leadershipChanged(boolean leader, long nowNanos) {
    }

    /**
     * Gives the state to a newer version of this bundle. Afterwards this object is not used again. Empty: the next one restores from
     * the engine.
     */
    default Optional<Handover> handOver() {
        return Optional.empty();
    }

    /** Takes over what an older version gave. False when its format is not known: {@link #restore} follows. */
    default boolean takeOver(Handover handover, Ports ports) {
        return false;
    }
}
