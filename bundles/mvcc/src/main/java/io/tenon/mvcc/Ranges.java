package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.config.Compat;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeRequest.SortOrder;
import io.tenon.wire.etcdserverpb.RangeRequest.SortTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Answers range requests from a view. Any thread. */
final class Ranges {
    private final Compat compat;

    Ranges(Compat compat) {
        this.compat = compat;
    }

    /** @param kvs encoded KeyValue messages */
    record Found(List<ByteString> kvs, boolean more, long count) {
    }

    /** Short reads touch few keys and may run on an event loop. */
    static boolean isShort(RangeRequest request, int mostKeys) {
        boolean oneKey = request.getRangeEnd().isEmpty();
        boolean few = request.getLimit() > 0 && request.getLimit() <= mostKeys && !readsAll(request) && !request.getCountOnly();
        return oneKey || few;
    }

    Found read(RangeRequest request, MvccView view) {
        long at = view.readRevision(request.getRevision());
        Span span = Span.of(request);
        if (request.getCountOnly()) {
            return new Found(List.of(), false, view.count(span, at));
        }
        return sorts(request) || filters(request) ? readAndArrange(request, new Hits(view, span, at))
                : readInOrder(request, new Hits(view, span, at));
    }

    /** In key order without a look into the values, which is what nearly every request asks for. */
    private Found readInOrder(RangeRequest request, Hits hits) {
        hits.collect(request.getLimit() > 0 ? request.getLimit() : Long.MAX_VALUE);
        List<ByteString> kvs = new ArrayList<>(hits.size());
        if (request.getKeysOnly() && answersFromIndex(request)) {
            hits.forEachKey((key, version) -> kvs.add(UnsafeByteOperations.unsafeWrap(StoredKeyValue.encode(key,
                    new StoredKeyValue.Numbers(version.created(), version.main(), version.version(), 0), ByteString.EMPTY))));
        } else {
            hits.forEachRow(row -> kvs.add(UnsafeByteOperations.unsafeWrap(request.getKeysOnly() ? withoutValue(row) : row)));
        }
        long count = hits.count();
        return new Found(kvs, count > kvs.size(), count);
    }

    private static byte[] withoutValue(byte[] row) {
        StoredKeyValue stored = StoredKeyValue.parse(row);
        return stored.withoutValue(stored.lease());
    }

    /**
     * As etcd does it: unless an order or a filter is given, only limit + 1 keys are read, in key order, and only those are sorted.
     */
    private Found readAndArrange(RangeRequest request, Hits hits) {
        long limit = request.getLimit();
        hits.collect(limit > 0 && !readsAll(request) ? limit + 1 : Long.MAX_VALUE);
        List<StoredKeyValue> found = new ArrayList<>(hits.size());
        hits.forEachRow(row -> {
            StoredKeyValue stored = StoredKeyValue.parse(row);
            if (passes(request, stored)) {
                found.add(stored);
            }
        });
        sort(request, found);
        boolean more = limit > 0 && found.size() > limit;
        List<StoredKeyValue> kept = more ? found.subList(0, (int) limit) : found;
        return new Found(kept.stream().map(stored -> encode(request, stored)).toList(), more, hits.count());
    }

    private ByteString encode(RangeRequest request, StoredKeyValue stored) {
        if (!request.getKeysOnly()) {
            return stored.encoded();
        }
        return UnsafeByteOperations.unsafeWrap(stored.withoutValue(answersFromIndex(request) ? 0 : stored.lease()));
    }

    /** From 3.7 on, keys come from the index and so without their lease. */
    private boolean answersFromIndex(RangeRequest request) {
        return compat.atLeast(Compat.V3_7) && request.getSortTarget() != SortTarget.VALUE;
    }

    private static boolean readsAll(RangeRequest request) {
        return request.getSortOrderValue() != SortOrder.NONE_VALUE || filters(request);
    }

    private static boolean filters(RangeRequest request) {
        return request.getMinModRevision() != 0 || request.getMaxModRevision() != 0
                || request.getMinCreateRevision() != 0 || request.getMaxCreateRevision() != 0;
    }

    private static boolean sorts(RangeRequest request) {
        boolean byKey = request.getSortTargetValue() == SortTarget.KEY_VALUE;
        return !byKey || request.getSortOrder() == SortOrder.DESCEND;
    }

    private static boolean passes(RangeRequest request, StoredKeyValue stored) {
        return (request.getMaxModRevision() == 0 || stored.modified() <= request.getMaxModRevision())
                && (request.getMinModRevision() == 0 || stored.modified() >= request.getMinModRevision())
                && (request.getMaxCreateRevision() == 0 || stored.created() <= request.getMaxCreateRevision())
                && (request.getMinCreateRevision() == 0 || stored.created() >= request.getMinCreateRevision());
    }

    private static void sort(RangeRequest request, List<StoredKeyValue> found) {
        Comparator<StoredKeyValue> ascending = order(request.getSortTarget());
        switch (request.getSortOrder()) {
            case NONE, ASCEND -> found.sort(ascending);
            case DESCEND -> found.sort(ascending.reversed());
            case UNRECOGNIZED -> { } // 3.5 takes such a request and does not sort
        }
    }

    private static Comparator<StoredKeyValue> order(SortTarget target) {
        return switch (target) {
            case KEY -> StoredKeyValue::compareKeys;
            case VERSION -> Comparator.comparingLong(StoredKeyValue::version);
            case CREATE -> Comparator.comparingLong(StoredKeyValue::created);
            case MOD -> Comparator.comparingLong(StoredKeyValue::modified);
            case VALUE -> StoredKeyValue::compareValues;
            case UNRECOGNIZED -> throw new IllegalStateException("sort target " + target + " was not refused");
        };
    }
}
