package io.tenon.spi.log;

import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;

/**
 * What a log held when it was opened. Entries are not in it: they are read in pages, so that a long log needs no heap.
 *
 * @param snapshot   the newest valid snapshot, or {@link Snapshot#EMPTY}
 * @param hardState  the last one
 * @param firstIndex first entry that can be read ({@code snapshot.index() + 1} or lower)
 * @param lastIndex  last entry; {@code firstIndex - 1} when there is none
 * @param lastTerm   its term (the snapshot's when there is none)
 * @param repaired   bytes that a torn tail lost, 0 when it was whole
 */
public record LogRecovery(Snapshot snapshot, HardState hardState, long firstIndex, long lastIndex, long lastTerm, long repaired) {
}
