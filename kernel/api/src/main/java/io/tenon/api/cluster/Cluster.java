package io.tenon.api.cluster;

import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Members and versions. Any thread; nothing blocks. */
@ProviderType
public interface Cluster {

    void memberList(MemberListRequest request, CallContext context, Reply<MemberListResponse> reply);

    /** The cluster version as {@code 3.5.0}, empty before it is decided. */
    Optional<String> clusterVersion();
}
