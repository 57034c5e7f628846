package io.tenon.simulator.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.kv.RangeResult;
import io.tenon.simulator.Violation;
import io.tenon.simulator.model.KeyModel;
import io.tenon.simulator.model.Row;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every answer is that of the one history at its revision, and revisions follow real time: whatever begins after an answer is at a revision
 * not before it, and behind it if it changes something. With total order by revision this is linearizability. Source: Herlihy and Wing;
 * etcd's contract of KV.
 */
public final class LinearizableOperations {
    private final History history;
    private long acknowledged = 1;

    public LinearizableOperations(History history) {
        this.history = history;
    }

    private KeyModel model() {
        return history.model();
    }

    /** The highest revision that anybody has heard of; to be kept while an operation runs. */
    public long begun() {
        return acknowledged;
    }

    private void acknowledge(long revision) {
        acknowledged = Math.max(acknowledged, revision);
    }

    /** The answer to a range; a linearizable one is not older than what was known before. */
    public void ranged(RangeRequest request, RangeResult result, long begun) {
        long revision = result.header().getRevision();
        require(request.getSerializable() || revision >= begun, "a linearizable read is at revision %d, but %d was acknowledged before", revision, begun);
        require(revision <= model().revision(), "a read is at revision %d, but only %d are committed", revision, model().revision());
        long asOf = request.getRevision() == 0 ? revision : request.getRevision();
        requireSame(model().range(request.getKey(), request.getRangeEnd(), asOf), result.kvs(), asOf);
        if (!request.getSerializable()) {
            acknowledge(revision);
        }
    }

    private void requireSame(List<Row> expected, List<ByteString> encoded, long revision) {
        List<KeyValue> found = new ArrayList<>();
        for (ByteString each : encoded) {
            try {
                found.add(KeyValue.parseFrom(each));
            } catch (InvalidProtocolBufferException damaged) {
                throw new Violation(name(), "a read gives bytes that are no KeyValue", damaged);
            }
        }
        List<KeyValue> rows = expected.stream().map(Row::toKeyValue).toList();
        require(found.equals(rows), "a read at revision %d gives %s instead of %s", revision, text(found), text(rows));
    }

    private static String text(List<KeyValue> rows) {
        return rows.stream().map(row -> row.getKey().toStringUtf8() + "=" + row.getValue().toStringUtf8() + "@" + row.getModRevision()).toList().toString();
    }

    public void put(PutRequest request, PutResponse response, long begun) {
        long revision = changed(response.getHeader().getRevision(), begun);
        Optional<Row> row = model().at(request.getKey(), revision);
        require(row.isPresent() && row.get().modRevision() == revision && row.get().value().equals(request.getValue()),
                "a put of %s was answered with revision %d, which has %s", request.getValue().toStringUtf8(), revision, row);
        if (request.getPrevKv()) {
            Optional<KeyValue> before = model().at(request.getKey(), revision - 1).map(Row::toKeyValue);
            Optional<KeyValue> told = response.hasPrevKv() ? Optional.of(response.getPrevKv()) : Optional.empty();
            require(told.equals(before), "a put at revision %d tells of %s before it, which was %s", revision, told, before);
        }
    }

    private long changed(long revision, long begun) {
        require(revision > begun, "a change is at revision %d, but %d was acknowledged before", revision, begun);
        acknowledge(revision);
        return revision;
    }

    public void deleted(DeleteRangeRequest request, DeleteRangeResponse response, long begun) {
        long revision = response.getHeader().getRevision();
        if (response.getDeleted() == 0) {
            require(revision >= begun, "a deletion is at revision %d, but %d was acknowledged before", revision, begun);
            require(model().range(request.getKey(), request.getRangeEnd(), revision).isEmpty(), "a deletion at revision %d found nothing", revision, begun);
            acknowledge(revision);
            return;
        }
        changed(revision, begun);
        int before = model().range(request.getKey(), request.getRangeEnd(), revision - 1).size();
        require(before == response.getDeleted(), "a deletion at revision %d is of %d keys", revision, response.getDeleted());
    }

    /** A transaction whose success branch writes and whose failure branch reads. */
    public void transacted(TxnRequest request, TxnResponse response, long begun) {
        long revision = response.getHeader().getRevision();
        if (response.getSucceeded()) {
            changed(revision, begun);
            require(model().holds(request.getCompareList(), revision - 1), "a transaction at revision %d succeeded though its conditions (%d) do not hold",
                    revision, request.getCompareCount());
            for (RequestOp operation : request.getSuccessList()) {
                PutRequest put = operation.getRequestPut();
                require(model().at(put.getKey(), revision).filter(row -> row.value().equals(put.getValue())).isPresent(),
                        "a transaction at revision %d did not write (%d)", revision, begun);
            }
        } else {
            require(revision >= begun, "a transaction is at revision %d, but %d was acknowledged before", revision, begun);
            require(!model().holds(request.getCompareList(), revision), "a transaction at revision %d failed though its conditions hold (%d)", revision, begun);
            acknowledge(revision);
        }
    }

    private String name() {
        return "LinearizableOperations";
    }

    private void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new Violation(name(), message.formatted(values));
        }
    }
}
