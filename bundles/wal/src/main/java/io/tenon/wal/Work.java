package io.tenon.wal;

import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogAppend;

/** What goes to the writer, in one order. */
sealed interface Work {

    /** Entries and state. */
    record Append(LogAppend append) implements Work {
    }

    /** A snapshot record; its file is there. Run when durable. */
    record Mark(Snapshot snapshot, Runnable durable) implements Work {
    }
}
