package io.tenon.spi.log;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import java.util.List;
import java.util.Optional;

/**
 * One append: entries, then the hard state, in this order on disk.
 *
 * @param mustSync  false when nothing in it needs a sync (a commit index that moved); such an append is durable with the next one that
 *                  syncs, and its {@code onDurable} is called as soon as it is written
 * @param onDurable called on the LOG loop; returns at once
 */
public record LogAppend(List<Entry> entries, Optional<HardState> hardState, boolean mustSync, Runnable onDurable) {
}
