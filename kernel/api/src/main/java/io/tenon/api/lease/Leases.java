package io.tenon.api.lease;

import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.LeaseLeasesResponse;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import org.osgi.annotation.versioning.ProviderType;

/** etcd's Lease service. Any thread; nothing blocks. Responses carry a complete header. */
@ProviderType
public interface Leases {

    void grant(LeaseGrantRequest request, CallContext context, Reply<LeaseGrantResponse> reply);

    void revoke(LeaseRevokeRequest request, CallContext context, Reply<LeaseRevokeResponse> reply);

    /** One keep-alive of a stream; an unknown lease is answered with TTL 0. */
    void keepAlive(LeaseKeepAliveRequest request, CallContext context, Reply<LeaseKeepAliveResponse> reply);

    void timeToLive(LeaseTimeToLiveRequest request, CallContext context, Reply<LeaseTimeToLiveResponse> reply);

    void leases(CallContext context, Reply<LeaseLeasesResponse> reply);
}
