package io.tenon.watch;

import io.tenon.api.kv.KeyHistory;

/** What reads the past: history itself, the log of what is newest, and the workers on which history may block. */
record PastReader(EventLog log, KeyHistory history, Background background) {
}
