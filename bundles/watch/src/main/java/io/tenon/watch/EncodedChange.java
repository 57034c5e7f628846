package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.Change;
import java.util.List;
import java.util.Optional;

/**
 * A change and the events made of it: each encoded at most once, when the first watcher needs it, and shared by all. The lists hold one
 * event each, so that the many replies of a single change share the list as well.
 *
 * <p>Filled by the loops of shards without a lock: two shards that race write equal immutable values.
 */
final class EncodedChange {
    private final Change change;
    private List<ByteString> plain;
    private List<ByteString> withPrevious;

    EncodedChange(Change change) {
        this.change = change;
    }

    Change change() {
        return change;
    }

    ByteString key() {
        return change.key();
    }

    List<ByteString> plain() {
        List<ByteString> events = plain;
        if (events == null) {
            events = List.of(EventCodec.encode(change, Optional.empty()));
            plain = events;
        }
        return events;
    }

    /** True when {@link #withPrevious} can be asked without a look at the keyspace. */
    boolean previousKnown() {
        return change.created() || withPrevious != null;
    }

    /** Says what the key held before; empty when that is compacted. */
    void previous(Optional<ByteString> kv) {
        withPrevious = kv.isPresent() ? List.of(EventCodec.encode(change, kv)) : plain();
    }

    List<ByteString> withPrevious() {
        if (change.created()) {
            return plain();
        }
        if (withPrevious == null) {
            throw new IllegalStateException("previous value of " + change.key() + " asked for before it was read");
        }
        return withPrevious;
    }
}
