package io.tenon.mvcc;

import io.tenon.api.Refusals;
import io.tenon.mvcc.Compares.Chosen;
import io.tenon.spi.state.ApplyContext;
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
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Applies a transaction as one edit: the branches are chosen and every refusal is found before the first change, so that it happens whole
 * or not at all.
 */
final class Transaction {
    private final ApplyContext context;
    private final Edit edit;
    private final Ranges ranges;

    Transaction(ApplyContext context, Edit edit, Ranges ranges) {
        this.context = context;
        this.edit = edit;
        this.ranges = ranges;
    }

    /** Applies it and finishes the edit. */
    TxnResponse apply(TxnRequest request) {
        MvccView before = edit.view();
        Chosen chosen = new Compares(before).choose(request);
        chosen.forEach(this::checkPut);
        chosen.forEach(operation -> checkRange(operation, before));
        TxnResponse.Builder response = run(chosen);
        return response.setHeader(context.header(edit.finish())).build();
    }

    private void checkPut(RequestOp operation) {
        if (operation.hasRequestPut()) {
            edit.checkPut(operation.getRequestPut());
        }
    }

    /** A range inside of a transaction must be at a revision that is there. */
    static void checkRange(RequestOp operation, MvccView before) {
        long revision = operation.getRequestRange().getRevision();
        if (revision != 0 && revision > before.revision()) {
            throw Refusals.FUTURE_REVISION.asException();
        }
        if (revision != 0 && revision < before.compactRevision()) {
            throw Refusals.COMPACTED.asException();
        }
    }

    private TxnResponse.Builder run(Chosen chosen) {
        TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(chosen.succeeded());
        Iterator<Chosen> nested = chosen.nested().iterator();
        for (RequestOp operation : chosen.operations()) {
            response.addResponses(run(operation, nested));
        }
        return response;
    }

    private ResponseOp run(RequestOp operation, Iterator<Chosen> nested) {
        ResponseOp.Builder response = ResponseOp.newBuilder();
        return switch (operation.getRequestCase()) {
            case REQUEST_RANGE -> response.setResponseRange(range(operation.getRequestRange())).build();
            case REQUEST_PUT -> {
                Optional<KeyValue> before = edit.put(operation.getRequestPut());
                yield response.setResponsePut(Answers.put(Answers.inner(edit.revision()), before)).build();
            }
            case REQUEST_DELETE_RANGE -> response.setResponseDeleteRange(delete(edit, operation.getRequestDeleteRange())).build();
            // etcd leaves the header of a transaction inside of another one empty, but there.
            case REQUEST_TXN -> response.setResponseTxn(run(nested.next()).setHeader(ResponseHeader.getDefaultInstance())).build();
            case REQUEST_NOT_SET -> response.build();
        };
    }

    /** Nobody sees what a range found on the members where no client waits. */
    private RangeResponse range(RangeRequest request) {
        if (!context.answered()) {
            return RangeResponse.getDefaultInstance();
        }
        return Answers.range(Answers.inner(edit.revision()), ranges.read(request, edit.view()));
    }

    private static DeleteRangeResponse delete(Edit edit, DeleteRangeRequest request) {
        List<byte[]> keys = edit.keysIn(Span.of(request));
        List<KeyValue> before = request.getPrevKv() ? edit.valuesOf(keys) : List.of();
        keys.forEach(edit::delete);
        return Answers.delete(Answers.inner(edit.revision()), keys.size(), before);
    }

    /** A put that is an entry of its own. */
    static PutResponse put(ApplyContext context, Edit edit, PutRequest request) {
        edit.checkPut(request);
        Optional<KeyValue> before = edit.put(request);
        return Answers.put(context.header(edit.finish()), before);
    }

    /** A deletion that is an entry of its own. */
    static DeleteRangeResponse deleteRange(ApplyContext context, Edit edit, DeleteRangeRequest request) {
        DeleteRangeResponse response = delete(edit, request);
        return response.toBuilder().setHeader(context.header(edit.finish())).build();
    }
}
