package io.tenon.edge.grpc;

import io.tenon.api.CallContext;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.lease.Leases;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.LeaseLeasesResponse;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeResponse;
import io.tenon.wire.etcdserverpb.LeaseStatus;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Leases that answer keep-alives when the test says so. */
final class FakeLeases implements Leases {

    /** A keep-alive that waits for its answer. */
    record Pending(LeaseKeepAliveRequest request, Reply<LeaseKeepAliveResponse> reply) {

        void answer() {
            reply.accept(LeaseKeepAliveResponse.newBuilder().setID(request.getID()).setTTL(60).build());
        }
    }

    final BlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
    volatile boolean held;

    @Override
    public void grant(LeaseGrantRequest request, CallContext context, Reply<LeaseGrantResponse> reply) {
        reply.accept(LeaseGrantResponse.newBuilder().setID(77).setTTL(request.getTTL()).build());
    }

    @Override
    public void revoke(LeaseRevokeRequest request, CallContext context, Reply<LeaseRevokeResponse> reply) {
        reply.refuse(Refusals.LEASE_NOT_FOUND);
    }

    @Override
    public void keepAlive(LeaseKeepAliveRequest request, CallContext context, Reply<LeaseKeepAliveResponse> reply) {
        var one = new Pending(request, reply);
        if (held) {
            pending.add(one);
        } else {
            one.answer();
        }
    }

    @Override
    public void timeToLive(LeaseTimeToLiveRequest request, CallContext context, Reply<LeaseTimeToLiveResponse> reply) {
        reply.accept(LeaseTimeToLiveResponse.newBuilder().setID(request.getID()).setTTL(-1).build());
    }

    @Override
    public void leases(CallContext context, Reply<LeaseLeasesResponse> reply) {
        reply.accept(LeaseLeasesResponse.newBuilder().addLeases(LeaseStatus.newBuilder().setID(77)).build());
    }
}
