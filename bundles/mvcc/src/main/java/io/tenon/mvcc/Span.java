package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import java.util.Arrays;

/**
 * The keys a request means: one key, or {@code [from, to)} where an empty {@code to} means no bound. On the wire the end is absent for one
 * key and a single zero byte for no bound.
 */
record Span(byte[] from, byte[] to, Kind kind) {
    private static final byte[] NO_BOUND = new byte[0];

    /** One key is looked up and not searched for. */
    enum Kind { KEY, RANGE }

    static Span of(ByteString key, ByteString end) {
        byte[] from = key.toByteArray();
        if (end.isEmpty()) {
            return new Span(from, NO_BOUND, Kind.KEY);
        }
        boolean unbounded = end.size() == 1 && end.byteAt(0) == 0;
        return new Span(from, unbounded ? NO_BOUND : end.toByteArray(), Kind.RANGE);
    }

    static Span of(RangeRequest request) {
        return of(request.getKey(), request.getRangeEnd());
    }

    static Span of(DeleteRangeRequest request) {
        return of(request.getKey(), request.getRangeEnd());
    }

    static Span of(Compare compare) {
        return of(compare.getKey(), compare.getRangeEnd());
    }

    boolean isKey() {
        return kind == Kind.KEY;
    }

    boolean contains(byte[] key) {
        return isKey() ? Arrays.equals(from, key)
                : Arrays.compareUnsigned(key, from) >= 0 && (to.length == 0 || Arrays.compareUnsigned(key, to) < 0);
    }
}
