package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.spi.election.ElectionRule;
import java.util.List;
import java.util.Set;

/** Everything that can happen to a core. */
public sealed interface Input {

    /** Time went on by one tick. */
    record Tick() implements Input {
    }

    /** A message arrived, from a peer or, once its condition was met, from this member itself. */
    record Receive(Message message) implements Input {
    }

    /** Payloads to log as normal entries, all or none, in one append. */
    record Propose(List<ByteString> payloads) implements Input {
    }

    /** An encoded configuration change to log. */
    record ProposeConfChange(EntryType type, ByteString data) implements Input {
    }

    /** Asks for an index to read at; the context comes back with the answer and tells requests apart. */
    record ReadIndex(ByteString context) implements Input {
    }

    /**
     * What an outbox asked to store is durable; exactly the value that outbox held.
     *
     * @param term          the core's term at that time. A later leader may have put the same entry back after another one had taken its
     *                      place; a mark from before says nothing about that second copy
     * @param mark          last entry, {@link LogMark#ZERO} when there was none
     * @param snapshotIndex of the snapshot that was stored, 0 when there was none
     */
    record Durable(long term, LogMark mark, long snapshotIndex) implements Input {
    }

    /** The state machine has applied all entries up to here. */
    record Applied(long index) implements Input {
    }

    /**
     * A committed configuration change takes effect; before {@link Applied} of its entry.
     *
     * @param index of its entry: a snapshot that came meanwhile may hold the change already
     */
    record ApplyConfChange(long index, ConfChange change) implements Input {
    }

    /** Another set of election rules holds from now on. */
    record RulesChanged(Set<ElectionRule> rules) implements Input {
    }

    /** Hand leadership to this voter. */
    record TransferLeader(long target) implements Input {
    }

    /** A leader stops to lead, in the same term, and waits for another: it finds itself unable to do a leader's work. */
    record StepDown() implements Input {
    }

    /** Campaign now, as if the election timer had fired. */
    record Campaign() implements Input {
    }

    /** Forget who leads, in the same term, so that a vote is free before the timer fires. */
    record ForgetLeader() implements Input {
    }

    /** The last message to this peer could not be sent. */
    record ReportUnreachable(long peer) implements Input {
    }

    /** What became of a snapshot that was sent. */
    record ReportSnapshot(long peer, SnapshotOutcome outcome) implements Input {
    }

    /** The state machine has made a newer snapshot, which peers may get from now on. */
    record SnapshotTaken(Snapshot snapshot) implements Input {
    }

    /** Entries up to here can no longer be had from the log. */
    record Compacted(long index) implements Input {
    }

    /** The answer to {@link Outbox.Load}: entries from its first index on, at least one; empty when they cannot be had any more. */
    record Loaded(Outbox.Load request, List<Entry> entries) implements Input {
    }

    /** The election timer fires after this many ticks, until the role changes; for tests that set it by hand. */
    record ElectionTimeout(int ticks) implements Input {
    }
}
