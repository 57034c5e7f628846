package io.tenon.watch;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/**
 * What a watcher watches, in etcd's own form.
 *
 * @param from first key, never empty
 * @param to   empty: the one key; the single byte 0: every key from {@code from} on; else the first key that is not watched
 */
record KeyRange(ByteString from, ByteString to) {
    private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

    /** The range as requested; an empty key means the lowest one. */
    static KeyRange of(ByteString key, ByteString rangeEnd) {
        return new KeyRange(key.isEmpty() ? ZERO : key, rangeEnd);
    }

    boolean single() {
        return to.isEmpty();
    }

    boolean unbounded() {
        return to.equals(ZERO);
    }

    /** True when no key can be in it, which is refused. */
    boolean empty() {
        return !single() && !unbounded() && Arrays.compareUnsigned(from.toByteArray(), to.toByteArray()) >= 0;
    }
}
