package io.tenon.wal;

import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogRecovery;
import java.util.List;

/**
 * A log that was opened: what it holds, and everything its writer goes on with.
 *
 * @param held     segments that are needed, oldest first; the last one is the one being written
 * @param unneeded segments before them, oldest first
 */
record Recovered(LogIdentity identity, LogRecovery recovery, Timeline timeline, Tail tail, List<Held> held, List<Segment> unneeded) {
}
