package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.Change;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The newest values of keys that were seen lately, so that most changes find their previous value in memory. Exact, because every change of
 * the log passes through it in order: an entry is the value at the last revision seen, or absent.
 */
final class PreviousValues {
    private final LinkedHashMap<ByteString, ByteString> values = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBytes;

    /** What the key held before this change, if that is known here. */
    Optional<ByteString> before(Change change) {
        return Optional.ofNullable(values.get(change.key()));
    }

    /** Goes past a change of a key that is watched. */
    void keep(Change change) {
        pass(change);
        if (change.type() == Change.Type.PUT && !values.containsKey(change.key())) {
            put(change);
        }
    }

    /** Goes past a change of a key that nobody watches: only what is known of it has to stay true. */
    void pass(Change change) {
        ByteString old = values.remove(change.key());
        if (old != null) {
            keptBytes -= size(change.key(), old);
            if (change.type() == Change.Type.PUT) {
                put(change);
            }
        }
    }

    void clear() {
        values.clear();
        keptBytes = 0;
    }

    long keptBytes() {
        return keptBytes;
    }

    private void put(Change change) {
        values.put(change.key(), change.kv());
        keptBytes += size(change.key(), change.kv());
        while (values.size() > WatchLimits.MOST_CACHED_VALUES || keptBytes > WatchLimits.MOST_CACHED_BYTES) {
            Map.Entry<ByteString, ByteString> eldest = values.pollFirstEntry();
            keptBytes -= size(eldest.getKey(), eldest.getValue());
        }
    }

    private static long size(ByteString key, ByteString kv) {
        return key.size() + kv.size();
    }
}
