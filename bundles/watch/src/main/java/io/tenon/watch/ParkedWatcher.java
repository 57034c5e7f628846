package io.tenon.watch;

/**
 * A watcher between two engines.
 *
 * @param cursor   the revision it needs next
 * @param historic it was not checked against the compact revision yet
 */
record ParkedWatcher(WatcherSpec spec, long cursor, boolean historic) {
}
