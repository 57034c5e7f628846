package io.tenon.api.maintenance;

import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.DefragmentResponse;
import io.tenon.wire.etcdserverpb.HashResponse;
import io.tenon.wire.etcdserverpb.MoveLeaderRequest;
import io.tenon.wire.etcdserverpb.MoveLeaderResponse;
import io.tenon.wire.etcdserverpb.StatusResponse;
import org.osgi.annotation.versioning.ProviderType;

/** etcd's Maintenance service, as far as one node answers it. Any thread; nothing blocks. */
@ProviderType
public interface Maintenance {

    void status(CallContext context, Reply<StatusResponse> reply);

    void alarm(AlarmRequest request, CallContext context, Reply<AlarmResponse> reply);

    /** CRC-32C over all buckets as etcd computes it; saves what is applied first. */
    void hash(CallContext context, Reply<HashResponse> reply);

    void defragment(CallContext context, Reply<DefragmentResponse> reply);

    /** Hands leadership to another voter, and answers when that voter leads. Only the leader does. */
    void moveLeader(MoveLeaderRequest request, CallContext context, Reply<MoveLeaderResponse> reply);

    /**
     * Saves what is applied and takes a snapshot of exactly that. A few may be open at once; beyond that it is refused as too many requests.
     *
     * @param reply is to close what it is given
     */
    void snapshot(CallContext context, Reply<DatabaseSnapshot> reply);
}
