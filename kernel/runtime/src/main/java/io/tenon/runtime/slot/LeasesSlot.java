package io.tenon.runtime.slot;

import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.api.lease.Leases;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.LeaseLeasesResponse;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;

/** The slot of the Lease service. */
final class LeasesSlot implements Leases {
    final Parking<Leases> parking = new Parking<>("the lease service");

    @Override
    public void grant(LeaseGrantRequest request, CallContext context, Reply<LeaseGrantResponse> reply) {
        parking.call(leases -> leases.grant(request, context, reply), reply);
    }

    @Override
    public void revoke(LeaseRevokeRequest request, CallContext context, Reply<LeaseRevokeResponse> reply) {
        parking.call(leases -> leases.revoke(request, context, reply), reply);
    }

    @Override
    public void keepAlive(LeaseKeepAliveRequest request, CallContext context, Reply<LeaseKeepAliveResponse> reply) {
        parking.call(leases -> leases.keepAlive(request, context, reply), reply);
    }

    @Override
    public void timeToLive(LeaseTimeToLiveRequest request, CallContext context, Reply<LeaseTimeToLiveResponse> reply) {
        parking.call(leases -> leases.timeToLive(request, context, reply), reply);
    }

    @Override
    public void leases(CallContext context, Reply<LeaseLeasesResponse> reply) {
        parking.call(leases -> leases.leases(context, reply), reply);
    }
}
