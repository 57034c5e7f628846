package io.tenon.api.cluster;

import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.wire.etcdserverpb.DowngradeInfo;
import io.tenon.wire.etcdserverpb.DowngradeRequest;
import io.tenon.wire.etcdserverpb.DowngradeResponse;
import io.tenon.wire.etcdserverpb.MemberAddRequest;
import io.tenon.wire.etcdserverpb.MemberAddResponse;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import io.tenon.wire.etcdserverpb.MemberPromoteRequest;
import io.tenon.wire.etcdserverpb.MemberPromoteResponse;
import io.tenon.wire.etcdserverpb.MemberRemoveRequest;
import io.tenon.wire.etcdserverpb.MemberRemoveResponse;
import io.tenon.wire.etcdserverpb.MemberUpdateRequest;
import io.tenon.wire.etcdserverpb.MemberUpdateResponse;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Members and versions: etcd's Cluster service, and Downgrade of its Maintenance service. Any thread; nothing blocks. */
@ProviderType
public interface Cluster {

    void memberList(MemberListRequest request, CallContext context, Reply<MemberListResponse> reply);

    /** Adds a voter or a learner, under an id that nobody ever had. */
    void memberAdd(MemberAddRequest request, CallContext context, Reply<MemberAddResponse> reply);

    void memberRemove(MemberRemoveRequest request, CallContext context, Reply<MemberRemoveResponse> reply);

    /** Gives a member other peer URLs, which are not looked at. */
    void memberUpdate(MemberUpdateRequest request, CallContext context, Reply<MemberUpdateResponse> reply);

    /** Makes a learner that has caught up a voter. Only the leader knows which has, so any other member asks it. */
    void memberPromote(MemberPromoteRequest request, CallContext context, Reply<MemberPromoteResponse> reply);

    /** Begins, ends or checks a downgrade of the cluster's version. */
    void downgrade(DowngradeRequest request, CallContext context, Reply<DowngradeResponse> reply);

    /** The cluster version as {@code 3.5.0}, empty before it is decided. */
    Optional<String> clusterVersion();

    /** The downgrade that goes on; the default instance when none does. */
    DowngradeInfo downgradeInfo();
}
