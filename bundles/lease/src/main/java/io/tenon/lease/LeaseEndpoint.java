package io.tenon.lease;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.leasepb.LeaseInternalRequest;
import io.tenon.wire.leasepb.LeaseInternalResponse;
import java.util.List;
import java.util.function.Function;

/** What members that do not lead ask the leader about leases, on its peer port (reference: http, peer port). Any thread. */
final class LeaseEndpoint {
    static final String KEEP_ALIVE = "/leases";
    static final String TIME_TO_LIVE = "/leases/internal";
    static final List<String> PATHS = List.of(KEEP_ALIVE, TIME_TO_LIVE);
    static final int MOST_BODY_BYTES = 64 << 10;
    static final String PROTOBUF = "application/protobuf";
    static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final String NO_LEASE = "lease not found";
    private static final int BAD_REQUEST = 400;
    private static final int NO_SUCH_METHOD = 405;
    private static final int TIMED_OUT = 408;
    private static final int FAILED = 500;

    private static final CallContext PEER = new CallContext(Runnable::run, "");

    private final LeaseCalls calls;

    LeaseEndpoint(LeaseCalls calls) {
        this.calls = calls;
    }

    void handle(PeerRequest request, Reply<PeerAnswer> reply) {
        if (!request.method().equals("POST")) {
            reply.accept(PeerAnswer.text(NO_SUCH_METHOD, "Method Not Allowed"));
            return;
        }
        try {
            if (request.path().equals(KEEP_ALIVE)) {
                keepAlive(LeaseKeepAliveRequest.parseFrom(request.body()), reply);
            } else {
                timeToLive(LeaseInternalRequest.parseFrom(request.body()).getLeaseTimeToLiveRequest(), reply);
            }
        } catch (InvalidProtocolBufferException unreadable) {
            reply.accept(PeerAnswer.text(BAD_REQUEST, "error unmarshalling request"));
        }
    }

    private void keepAlive(LeaseKeepAliveRequest request, Reply<PeerAnswer> reply) {
        calls.keepAlive(request, PEER, new Answer<>(reply, BAD_REQUEST, LeaseEndpoint::answer), LeaseCalls.Origin.PEER);
    }

    private void timeToLive(LeaseTimeToLiveRequest request, Reply<PeerAnswer> reply) {
        calls.timeToLive(request, PEER, new Answer<>(reply, FAILED, LeaseEndpoint::answer), LeaseCalls.Origin.PEER);
    }

    private static PeerAnswer answer(LeaseKeepAliveResponse renewed) {
        return renewed.getTTL() == 0 ? leaseNotFound() : protobuf(renewed.toBuilder().clearHeader().build());
    }

    /** The header is there and empty: whoever asks has its own. */
    private static PeerAnswer answer(LeaseTimeToLiveResponse left) {
        return left.getTTL() == -1 ? leaseNotFound() : protobuf(LeaseInternalResponse.newBuilder()
                .setLeaseTimeToLiveResponse(left.toBuilder().setHeader(ResponseHeader.getDefaultInstance())).build());
    }

    private static PeerAnswer leaseNotFound() {
        return PeerAnswer.text(NOT_FOUND, NO_LEASE);
    }

    /** Whether the leader says so of a lease, and not a server of a path that it does not know. */
    static boolean isLeaseNotFound(PeerAnswer answer) {
        return answer.status() == NOT_FOUND && answer.body().toStringUtf8().strip().equals(NO_LEASE);
    }

    private static PeerAnswer protobuf(MessageLite message) {
        ByteString body = message.toByteString();
        return PeerAnswer.of(OK, PROTOBUF, body);
    }

    /** @param elsewhereStatus what a member answers that does not lead; etcd's two paths differ in it */
    private record Answer<T>(Reply<PeerAnswer> reply, int elsewhereStatus, Function<T, PeerAnswer> text) implements Reply<T> {

        @Override
        public void accept(T answer) {
            reply.accept(text.apply(answer));
        }

        @Override
        public void refuse(Refusal refusal) {
            if (refusal.equals(Refusals.NOT_LEADER)) {
                reply.accept(PeerAnswer.text(elsewhereStatus, "not a primary lessor"));
            } else if (refusal.equals(Refusals.REQUEST_TIMED_OUT_WAITING_FOR_THE_APPLIED_INDEX_TOOK_TOO_LONG)) {
                reply.accept(PeerAnswer.text(TIMED_OUT, "waiting for node to catch up its applied index has timed out"));
            } else {
                reply.refuse(refusal);
            }
        }
    }
}
