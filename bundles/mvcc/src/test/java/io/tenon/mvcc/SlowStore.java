package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.ResponseOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The keyspace as one would write it without thinking of speed: every revision of every key in a list, every question a loop. */
final class SlowStore {
    private static final Comparator<ByteString> BYTES = ByteString.unsignedLexicographicalComparator();
    final Set<Long> leases = new TreeSet<>();
    private final TreeMap<ByteString, List<Version>> keys = new TreeMap<>(BYTES);
    private final Function<Long, ResponseHeader> headers;
    long revision = 1;
    long compactRevision = -1;
    private int changes;
    List<String> events = new ArrayList<>();

    /** A put's value, or a tombstone when it has none. */
    record Version(long main, long sub, KeyValue value) {
    }

    SlowStore(Function<Long, ResponseHeader> headers) {
        this.headers = headers;
    }

    private long at() {
        return changes == 0 ? revision : revision + 1;
    }

    private void finish() {
        revision = at();
        changes = 0;
    }

    private ResponseHeader inner() {
        return ResponseHeader.newBuilder().setRevision(at()).build();
    }

    // ---- requests; each answers a message or a refusal

    Object put(PutRequest request) {
        Refusal refusal = check(request);
        if (refusal != null) {
            return refusal;
        }
        PutResponse.Builder response = applyPut(request);
        finish();
        return response.setHeader(headers.apply(revision)).build();
    }

    Object delete(DeleteRangeRequest request) {
        DeleteRangeResponse.Builder response = applyDelete(request);
        finish();
        return response.setHeader(headers.apply(revision)).build();
    }

    Object range(RangeRequest request) {
        if (request.getRevision() > revision) {
            return Refusals.FUTURE_REVISION;
        }
        if (request.getRevision() > 0 && request.getRevision() < compactRevision) {
            return Refusals.COMPACTED;
        }
        return applyRange(request).setHeader(headers.apply(revision)).build();
    }

    Object txn(TxnRequest request) {
        Map<TxnRequest, Boolean> path = new java.util.IdentityHashMap<>();
        choose(request, path);
        List<RequestOp> chosen = flatten(request, path);
        for (RequestOp op : chosen) {
            Refusal refusal = op.hasRequestPut() ? check(op.getRequestPut()) : null;
            if (refusal != null) {
                return refusal;
            }
        }
        for (RequestOp op : chosen) {
            long at = op.getRequestRange().getRevision();
            if (at != 0 && at > revision) {
                return Refusals.FUTURE_REVISION;
            }
            if (at != 0 && at < compactRevision) {
                return Refusals.COMPACTED;
            }
        }
        TxnResponse.Builder response = applyTxn(request, path);
        finish();
        return response.setHeader(headers.apply(revision)).build();
    }

    Object compact(long at) {
        if (at <= compactRevision) {
            return Refusals.COMPACTED;
        }
        if (at > revision) {
            return Refusals.FUTURE_REVISION;
        }
        compactRevision = at;
        return headers.apply(revision);
    }

    // ---- what they do

    private Refusal check(PutRequest request) {
        if (request.getLease() != 0 && !leases.contains(request.getLease())) {
            return Refusals.LEASE_NOT_FOUND;
        }
        boolean needsKey = request.getIgnoreLease() || request.getIgnoreValue();
        return needsKey && find(request.getKey(), Long.MAX_VALUE) == null ? Refusals.KEY_NOT_FOUND : null;
    }

    private PutResponse.Builder applyPut(PutRequest request) {
        KeyValue old = find(request.getKey(), Long.MAX_VALUE);
        long main = revision + 1;
        KeyValue.Builder made = KeyValue.newBuilder().setKey(request.getKey()).setModRevision(main)
                .setCreateRevision(old == null ? main : old.getCreateRevision())
                .setVersion(old == null ? 1 : old.getVersion() + 1)
                .setValue(request.getIgnoreValue() ? old.getValue() : request.getValue())
                .setLease(request.getIgnoreLease() ? old.getLease() : request.getLease());
        keys.computeIfAbsent(request.getKey(), k -> new ArrayList<>()).add(new Version(main, changes++, made.build()));
        events.add("PUT " + main + " " + made.build() + (old == null ? " created" : ""));
        PutResponse.Builder response = PutResponse.newBuilder().setHeader(inner());
        if (request.getPrevKv() && old != null) {
            response.setPrevKv(old);
        }
        return response;
    }

    private DeleteRangeResponse.Builder applyDelete(DeleteRangeRequest request) {
        List<KeyValue> found = in(request.getKey(), request.getRangeEnd(), Long.MAX_VALUE);
        for (KeyValue kv : found) {
            keys.get(kv.getKey()).add(new Version(revision + 1, changes++, null));
            events.add("DELETE " + (revision + 1) + " "
                    + KeyValue.newBuilder().setKey(kv.getKey()).setModRevision(revision + 1).build());
        }
        DeleteRangeResponse.Builder response = DeleteRangeResponse.newBuilder().setDeleted(found.size()).setHeader(inner());
        return request.getPrevKv() ? response.addAllPrevKvs(found) : response;
    }

    private RangeResponse.Builder applyRange(RangeRequest request) {
        long limit = request.getLimit();
        List<KeyValue> found = in(request.getKey(), request.getRangeEnd(), request.getRevision() <= 0 ? Long.MAX_VALUE : request.getRevision());
        RangeResponse.Builder response = RangeResponse.newBuilder().setHeader(inner()).setCount(found.size());
        if (request.getCountOnly()) {
            return response;
        }
        boolean filters = request.getMinCreateRevision() + request.getMaxCreateRevision() + request.getMinModRevision()
                + request.getMaxModRevision() != 0;
        if (limit > 0 && !filters && request.getSortOrder() == RangeRequest.SortOrder.NONE && found.size() > limit + 1) {
            found = found.subList(0, (int) limit + 1);
        }
        List<KeyValue> kept = found.stream()
                .filter(kv -> request.getMaxModRevision() == 0 || kv.getModRevision() <= request.getMaxModRevision())
                .filter(kv -> kv.getModRevision() >= request.getMinModRevision())
                .filter(kv -> request.getMaxCreateRevision() == 0 || kv.getCreateRevision() <= request.getMaxCreateRevision())
                .filter(kv -> kv.getCreateRevision() >= request.getMinCreateRevision())
                .sorted(order(request)).toList();
        boolean more = limit > 0 && kept.size() > limit;
        return response.setMore(more).addAllKvs(kept.stream().limit(more ? limit : Long.MAX_VALUE)
                .map(kv -> request.getKeysOnly() ? kv.toBuilder().clearValue().build() : kv).toList());
    }

    private static Comparator<KeyValue> order(RangeRequest request) {
        Comparator<KeyValue> order = switch (request.getSortTarget()) {
            case KEY -> Comparator.comparing(KeyValue::getKey, BYTES);
            case VERSION -> Comparator.comparing(KeyValue::getVersion);
            case CREATE -> Comparator.comparing(KeyValue::getCreateRevision);
            case MOD -> Comparator.comparing(KeyValue::getModRevision);
            case VALUE -> Comparator.comparing(KeyValue::getValue, BYTES);
            case UNRECOGNIZED -> throw new IllegalArgumentException();
        };
        return request.getSortOrder() == RangeRequest.SortOrder.DESCEND ? order.reversed() : order;
    }

    private void choose(TxnRequest request, Map<TxnRequest, Boolean> path) {
        boolean holds = request.getCompareList().stream().allMatch(this::holds);
        path.put(request, holds);
        branch(request, holds).stream().filter(RequestOp::hasRequestTxn).forEach(op -> choose(op.getRequestTxn(), path));
    }

    private static List<RequestOp> branch(TxnRequest request, boolean succeeded) {
        return succeeded ? request.getSuccessList() : request.getFailureList();
    }

    private static List<RequestOp> flatten(TxnRequest request, Map<TxnRequest, Boolean> path) {
        List<RequestOp> all = new ArrayList<>();
        for (RequestOp op : branch(request, path.get(request))) {
            all.addAll(op.hasRequestTxn() ? flatten(op.getRequestTxn(), path) : List.of(op));
        }
        return all;
    }

    private TxnResponse.Builder applyTxn(TxnRequest request, Map<TxnRequest, Boolean> path) {
        TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(path.get(request));
        for (RequestOp op : branch(request, path.get(request))) {
            ResponseOp.Builder one = response.addResponsesBuilder();
            switch (op.getRequestCase()) {
                case REQUEST_RANGE -> one.setResponseRange(applyRange(op.getRequestRange()));
                case REQUEST_PUT -> {
                    PutResponse.Builder put = applyPut(op.getRequestPut());
                    one.setResponsePut(put.setHeader(inner()));
                }
                case REQUEST_DELETE_RANGE -> one.setResponseDeleteRange(applyDelete(op.getRequestDeleteRange()).setHeader(inner()));
                case REQUEST_TXN -> one.setResponseTxn(applyTxn(op.getRequestTxn(), path).setHeader(ResponseHeader.newBuilder()));
                case REQUEST_NOT_SET -> throw new IllegalArgumentException();
            }
        }
        return response;
    }

    private boolean holds(Compare compare) {
        List<KeyValue> found = in(compare.getKey(), compare.getRangeEnd(), Long.MAX_VALUE);
        if (found.isEmpty()) {
            return compare.getTarget() != Compare.CompareTarget.VALUE && holds(compare, KeyValue.getDefaultInstance());
        }
        return found.stream().allMatch(kv -> holds(compare, kv));
    }

    private static boolean holds(Compare compare, KeyValue kv) {
        int order = switch (compare.getTarget()) {
            case VERSION -> Long.compare(kv.getVersion(), compare.getVersion());
            case CREATE -> Long.compare(kv.getCreateRevision(), compare.getCreateRevision());
            case MOD -> Long.compare(kv.getModRevision(), compare.getModRevision());
            case VALUE -> BYTES.compare(kv.getValue(), compare.getValue());
            case LEASE -> Long.compare(kv.getLease(), compare.getLease());
            case UNRECOGNIZED -> throw new IllegalArgumentException();
        };
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
            case UNRECOGNIZED -> throw new IllegalArgumentException();
        };
    }

    // ---- the data

    private KeyValue find(ByteString key, long at) {
        KeyValue found = null;
        for (Version version : keys.getOrDefault(key, List.of())) {
            found = version.main <= at ? version.value : found;
        }
        return found;
    }

    private List<KeyValue> in(ByteString key, ByteString end, long at) {
        boolean unbounded = end.size() == 1 && end.byteAt(0) == 0;
        return keys.keySet().stream()
                .filter(each -> end.isEmpty() ? each.equals(key)
                        : BYTES.compare(each, key) >= 0 && (unbounded || BYTES.compare(each, end) < 0))
                .map(each -> find(each, at)).filter(kv -> kv != null).toList();
    }

    Set<ByteString> keysOfLease(long lease) {
        return in(ByteString.copyFrom(new byte[1]), ByteString.copyFrom(new byte[1]), Long.MAX_VALUE).stream()
                .filter(kv -> kv.getLease() == lease).map(KeyValue::getKey).collect(Collectors.toCollection(() -> new TreeSet<>(BYTES)));
    }

    /** Revisions that are rows after the compaction was carried out, as "main/sub" and what they hold. */
    Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        keys.forEach((key, versions) -> {
            Version newest = null;
            for (Version version : versions) {
                newest = version.main <= compactRevision ? version : newest;
            }
            for (Version version : versions) {
                boolean above = version.main > compactRevision;
                boolean kept = version == newest && (version.value != null || version.main == compactRevision);
                if (above || kept) {
                    rows.put(version.main + "/" + version.sub, version.value == null ? "deleted " + key.toStringUtf8() : version.value.toString());
                }
            }
        });
        return rows;
    }
}
