package io.tenon.chaos.load;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.tenon.chaos.client.Client;
import io.tenon.chaos.client.Rpc;
import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.Outcome;
import io.tenon.chaos.history.Row;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.List;
import java.util.Optional;

/** Actions as calls of the KV service, and its answers as outcomes. */
final class Store {
    /** Everything this program writes begins so. */
    static final ByteString FIRST = ByteString.copyFromUtf8("chaos/");
    static final ByteString LAST = ByteString.copyFromUtf8("chaos0");
    private static final long CALL_MILLIS = 3_000;

    private Store() {
    }

    /** Does it through this member and tells how it ended; never throws what a member may answer. */
    static Outcome act(Client member, Action action) {
        try {
            return switch (action) {
                case Action.Put put -> put(member, putOf(put.key(), put.value()).build());
                case Action.Get get -> range(member, rangeOf(get.key()).build());
                case Action.GetLocal get -> range(member, rangeOf(get.key()).setSerializable(true).build());
                case Action.Delete delete -> delete(member, delete);
                case Action.Swap swap -> swap(member, swap);
            };
        } catch (StatusRuntimeException failure) {
            return failed(action, failure);
        }
    }

    /** A put that hangs the key on a lease. */
    static Outcome putWithLease(Client member, Action.Put put, long lease) {
        try {
            return put(member, putOf(put.key(), put.value()).setLease(lease).build());
        } catch (StatusRuntimeException failure) {
            return failed(put, failure);
        }
    }

    private static Outcome put(Client member, PutRequest request) {
        return new Outcome.Done(member.call(Rpc.PUT, request, CALL_MILLIS).getHeader().getRevision(), Optional.empty());
    }

    private static Outcome range(Client member, RangeRequest request) {
        RangeResponse answer = member.call(Rpc.RANGE, request, CALL_MILLIS);
        return new Outcome.Done(answer.getHeader().getRevision(), first(answer.getKvsList()));
    }

    private static Outcome delete(Client member, Action.Delete delete) {
        DeleteRangeResponse answer = member.call(Rpc.DELETE,
                DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(delete.key())).setPrevKv(true).build(), CALL_MILLIS);
        return new Outcome.Done(answer.getHeader().getRevision(), first(answer.getPrevKvsList()));
    }

    private static Outcome swap(Client member, Action.Swap swap) {
        Compare.Builder same = Compare.newBuilder().setKey(ByteString.copyFromUtf8(swap.key())).setResult(Compare.CompareResult.EQUAL);
        if (swap.expected().isPresent()) {
            same.setTarget(Compare.CompareTarget.VALUE).setValue(ByteString.copyFromUtf8(swap.expected().get()));
        } else {
            same.setTarget(Compare.CompareTarget.VERSION).setVersion(0);
        }
        TxnResponse answer = member.call(Rpc.TXN, TxnRequest.newBuilder().addCompare(same)
                .addSuccess(RequestOp.newBuilder().setRequestPut(putOf(swap.key(), swap.value())))
                .addFailure(RequestOp.newBuilder().setRequestRange(rangeOf(swap.key()))).build(), CALL_MILLIS);
        long revision = answer.getHeader().getRevision();
        return answer.getSucceeded() ? new Outcome.Done(revision, Optional.empty())
                : new Outcome.Refused(revision, first(answer.getResponses(0).getResponseRange().getKvsList()));
    }

    private static PutRequest.Builder putOf(String key, String value) {
        return PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(ByteString.copyFromUtf8(value));
    }

    private static RangeRequest.Builder rangeOf(String key) {
        return RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key));
    }

    private static Optional<Row> first(List<KeyValue> found) {
        return found.stream().findFirst().map(Row::of);
    }

    /** Only what a member refuses before it proposes is sure to have no effect. */
    private static Outcome failed(Action action, StatusRuntimeException failure) {
        String reason = reason(failure);
        return switch (action) {
            case Action.Get get -> new Outcome.Failed(reason);
            case Action.GetLocal get -> new Outcome.Failed(reason);
            case Action.Put put -> ofWrite(failure, reason);
            case Action.Delete delete -> ofWrite(failure, reason);
            case Action.Swap swap -> ofWrite(failure, reason);
        };
    }

    private static Outcome ofWrite(StatusRuntimeException failure, String reason) {
        boolean refused = switch (failure.getStatus().getCode()) {
            case INVALID_ARGUMENT, FAILED_PRECONDITION, RESOURCE_EXHAUSTED, NOT_FOUND -> true;
            case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ALREADY_EXISTS, PERMISSION_DENIED, ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL,
                UNAVAILABLE, DATA_LOSS, UNAUTHENTICATED -> false;
        };
        return refused ? new Outcome.Failed(reason) : new Outcome.Unknown(reason);
    }

    /** The same text for the same cause, without addresses and times. */
    static String reason(StatusRuntimeException failure) {
        String text = Optional.ofNullable(failure.getStatus().getDescription()).orElse("");
        return failure.getStatus().getCode() + (text.startsWith("etcdserver: ") || text.startsWith("rpc ") ? " " + text : "");
    }
}
