package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has to be done because of the inputs since the last one, all of them together.
 *
 * <p>{@code snapshot}, {@code entries} and {@code hardState} go to the log as one ordered step, after those of earlier outboxes. When they,
 * and all before them, are durable: send {@code whenDurable} (those to this member itself come back as {@link Input.Receive}), then step
 * {@code durable}. {@code messages} may leave at once.
 *
 * @param entries   to append; the first one's index may lie in the log already, then it and all after it are replaced
 * @param committed to apply, in order and without a gap
 * @param durable   what to step when the store is done; absent when nothing has to be told
 * @param mustSync  something in here must be durable before what follows from it may be said
 */
public record Outbox(Optional<SoftState> softState, Optional<HardState> hardState, List<ReadState> readStates, List<Entry> entries,
                     Optional<Snapshot> snapshot, List<Entry> committed, List<Message> messages, List<Message> whenDurable,
                     Optional<Input.Durable> durable, boolean mustSync, List<Load> loads, List<TraceEvent> trace) {

    /** Who leads and what this member is: true now, not to be stored. */
    public record SoftState(long leader, ConsensusStatus.Role role) {
    }

    /** An answered read request: whoever has applied up to {@code index} may answer the read. */
    public record ReadState(long index, ByteString context) {
    }

    /**
     * Entries that are no longer in memory, {@code [fromIndex, toIndex)}, are needed.
     *
     * @param peer      who needs them, 0 for the state machine here
     * @param mostBytes how much at most, but at least one entry
     */
    public record Load(long peer, long fromIndex, long toIndex, long mostBytes) {
    }

    /** The same, but nothing leaves before what is in here is durable. */
    public Outbox sayingAllWhenDurable() {
        List<Message> all = new ArrayList<>(messages);
        all.addAll(whenDurable);
        return new Outbox(softState, hardState, readStates, entries, snapshot, committed, List.of(), all, durable, mustSync, loads, trace);
    }

    /** True when there is something for the log: without it, {@code whenDurable} only waits for earlier stores. */
    public boolean hasStore() {
        return hardState.isPresent() || !entries.isEmpty() || snapshot.isPresent();
    }
}
