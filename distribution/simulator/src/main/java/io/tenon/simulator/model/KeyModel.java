package io.tenon.simulator.model;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The keyspace and its leases with all of their past, in the simplest way. Fed with the committed entries in order. */
public final class KeyModel {
    private final TreeMap<ByteString, List<Row>> keys = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private final TreeMap<Long, TreeSet<ByteString>> leases = new TreeMap<>();
    /** Every change, in order. */
    private final List<Row> changes = new ArrayList<>();
    private long revision = 1;
    private long compactRevision = -1;

    public long revision() {
        return revision;
    }

    public long compactRevision() {
        return compactRevision;
    }

    public List<Row> changes() {
        return changes;
    }

    public boolean hasLease(long id) {
        return leases.containsKey(id);
    }

    /** The leases of the moment. */
    public List<Long> leases() {
        return List.copyOf(leases.keySet());
    }

    /** Applies what a committed entry asks for. */
    public void apply(InternalRaftRequest request) {
        if (request.hasPut()) {
            put(request.getPut());
        } else if (request.hasDeleteRange()) {
            delete(inRange(request.getDeleteRange()));
        } else if (request.hasTxn()) {
            apply(request.getTxn());
        } else if (request.hasLeaseGrant()) {
            leases.computeIfAbsent(request.getLeaseGrant().getID(), id -> newKeys());
        } else if (request.hasLeaseRevoke()) {
            Optional.ofNullable(leases.remove(request.getLeaseRevoke().getID())).ifPresent(attached -> delete(List.copyOf(attached)));
        } else if (request.hasCompaction()) {
            long at = request.getCompaction().getRevision();
            if (at > compactRevision && at <= revision) {
                compactRevision = at;
            }
        }
    }

    private static TreeSet<ByteString> newKeys() {
        return new TreeSet<>(ByteString.unsignedLexicographicalComparator());
    }

    private void put(PutRequest put) {
        if (put.getLease() == 0 || hasLease(put.getLease())) {
            revision++;
            write(put);
        }
    }

    private void write(PutRequest put) {
        Optional<Row> before = at(put.getKey(), revision);
        before.ifPresent(row -> detach(row.key(), row.lease()));
        long created = before.map(Row::createRevision).orElse(revision);
        long version = before.map(Row::version).orElse(0L) + 1;
        add(new Row(put.getKey(), revision, false, put.getValue(), created, version, put.getLease()));
        if (put.getLease() != 0) {
            leases.get(put.getLease()).add(put.getKey());
        }
    }

    private void detach(ByteString key, long lease) {
        if (lease != 0 && leases.containsKey(lease)) {
            leases.get(lease).remove(key);
        }
    }

    private void delete(List<ByteString> doomed) {
        if (!doomed.isEmpty()) {
            revision++;
            doomed.forEach(this::remove);
        }
    }

    private void remove(ByteString key) {
        detach(key, at(key, revision).map(Row::lease).orElse(0L));
        add(Row.deletion(key, revision));
    }

    private void add(Row row) {
        keys.computeIfAbsent(row.key(), key -> new ArrayList<>()).add(row);
        changes.add(row);
    }

    /** Puts and deletions of one transaction share a revision. Operations of these simulations touch different keys and no leases. */
    private void apply(TxnRequest txn) {
        List<RequestOp> chosen = holds(txn.getCompareList(), revision) ? txn.getSuccessList() : txn.getFailureList();
        boolean writes = chosen.stream().anyMatch(this::changesSomething);
        if (!writes) {
            return;
        }
        revision++;
        for (RequestOp operation : chosen) {
            if (operation.hasRequestPut()) {
                write(operation.getRequestPut());
            } else if (operation.hasRequestDeleteRange()) {
                inRange(operation.getRequestDeleteRange()).forEach(this::remove);
            }
        }
    }

    private boolean changesSomething(RequestOp operation) {
        return operation.hasRequestPut() || operation.hasRequestDeleteRange() && !inRange(operation.getRequestDeleteRange()).isEmpty();
    }

    /** Whether the comparisons, of values, versions and modifications alone, hold at a revision. */
    public boolean holds(List<Compare> compares, long atRevision) {
        return compares.stream().allMatch(compare -> holds(compare, at(compare.getKey(), atRevision)));
    }

    private static boolean holds(Compare compare, Optional<Row> row) {
        int order = switch (compare.getTarget()) {
            case MOD -> Long.compare(row.map(Row::modRevision).orElse(0L), compare.getModRevision());
            case VERSION -> Long.compare(row.map(Row::version).orElse(0L), compare.getVersion());
            case CREATE, VALUE, LEASE, UNRECOGNIZED -> throw new IllegalArgumentException("not drawn in simulations: " + compare.getTarget());
        };
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
            case UNRECOGNIZED -> throw new IllegalArgumentException("no such comparison");
        };
    }

    private List<ByteString> inRange(DeleteRangeRequest request) {
        return range(request.getKey(), request.getRangeEnd(), revision).stream().map(Row::key).toList();
    }

    /** A key as it was at a revision; empty when it had no value. */
    public Optional<Row> at(ByteString key, long atRevision) {
        List<Row> past = keys.getOrDefault(key, List.of());
        for (int place = past.size() - 1; place >= 0; place--) {
            if (past.get(place).modRevision() <= atRevision) {
                return Optional.of(past.get(place)).filter(row -> !row.deleted());
            }
        }
        return Optional.empty();
    }

    /** True when no key had a value at a revision. */
    public boolean isEmpty(long atRevision) {
        return keys.keySet().stream().allMatch(key -> at(key, atRevision).isEmpty());
    }

    /** Keys {@code [from, to)} as they were at a revision; the key alone when {@code to} is empty. */
    public List<Row> range(ByteString from, ByteString to, long atRevision) {
        if (to.isEmpty()) {
            return at(from, atRevision).stream().toList();
        }
        return keys.subMap(from, to).keySet().stream().flatMap(key -> at(key, atRevision).stream()).toList();
    }
}
