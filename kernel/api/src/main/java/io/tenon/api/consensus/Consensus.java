package io.tenon.api.consensus;

import io.tenon.spi.election.ElectionRule;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** A running consensus. All methods may be called from any thread, and none blocks. Durability is told by commits alone. */
@ProviderType
public interface Consensus extends AutoCloseable {

    /** Hands a proposal to the raft loop. A full queue answers {@link Proposal.DropReason#BUSY} before this returns. */
    void propose(Proposal proposal);

    /** Asks for an index to read at; requests that wait together share one round. */
    void readIndex(ReadIndexReply reply);

    /**
     * Applies a committed configuration change to the core; a change without effect passes steps with node id 0. Apply loop, which applies
     * nothing further before the answer.
     *
     * @param applied called on the raft loop with the configuration that holds now; returns at once
     */
    void applyConfChange(ConfChange change, Consumer<ConfState> applied);

    /** Tells that entries up to here are applied, which frees what was kept for them. Apply loop. */
    void applied(long index);

    /** Entries up to here may be forgotten in memory; those that followers still need are read from the log. */
    void compact(long index);

    /** Hands leadership to another voter. Progress shows in {@link #status()}. */
    void transferLeadership(long target);

    /**
     * Tells how far the members' logs are known to reach: by id, in ascending order, and empty unless this member leads and has time for it.
     *
     * @param told called on the raft loop, or from this call when too much waits; returns at once; not at all once this is closed
     */
    void progress(Consumer<SortedMap<Long, PeerProgress>> told);

    /** Puts these election rules in force, in the place of those before, at the next tick. {@link #status()} shows them then. */
    void changeRules(Set<ElectionRule> rules);

    /** A message from another member. False when the queue is full and the message was dropped, which Raft bears. */
    boolean receive(Message message);

    /**
     * Calls back on the raft loop when every message that was received before this call was taken in, and a snapshot that took the place of
     * the log was told to the {@link io.tenon.spi.consensus.CommitSink}. So who received a snapshot knows whether it is wanted. Never
     * called back once this is closed; {@code then} returns at once.
     */
    void afterReceived(Runnable then);

    /** Messages to this member cannot be delivered at the moment. */
    void peerUnreachable(long peer);

    /** A snapshot that was to be sent to this member has been, or cannot be. */
    void snapshotSent(long peer, SnapshotOutcome outcome);

    /** A snapshot of this place is durable here and can be sent from now on to those who need entries that the log has released. */
    void snapshotTaken(Snapshot snapshot);

    /** The newest published status; a volatile read. */
    ConsensusStatus status();

    /** Stops the driver; when it returns no callback will come. The log stays open. Idempotent. */
    @Override
    void close();
}
