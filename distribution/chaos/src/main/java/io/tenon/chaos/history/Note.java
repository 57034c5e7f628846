package io.tenon.chaos.history;

import java.util.Optional;

/** What a watcher got, in its order. */
public sealed interface Note {

    /** @param row empty when the key was deleted */
    record Change(long seenNanos, long revision, String key, Optional<Row> row) implements Note {
    }

    /** All changes up to this revision have been sent before. */
    record Progress(long revision) implements Note {
    }

    /** The server has forgotten what was before this revision; the watcher went on from there. */
    record Compacted(long revision) implements Note {
    }
}
