package io.tenon.runtime.node;

import io.tenon.api.cluster.NodeIdentity;
import io.tenon.wire.etcdserverpb.ResponseHeader;

/** Response headers: who answers, in which term. Any thread. */
public final class Headers {
    private final NodeIdentity identity;
    private volatile ResponseHeader template;

    Headers(NodeIdentity identity) {
        this.identity = identity;
        template = of(0);
    }

    private ResponseHeader of(long term) {
        return ResponseHeader.newBuilder().setClusterId(identity.clusterId()).setMemberId(identity.memberId()).setRaftTerm(term).build();
    }

    void term(long term) {
        if (template.getRaftTerm() != term) {
            template = of(term);
        }
    }

    ResponseHeader of(Long revision) {
        ResponseHeader now = template;
        return revision == 0 ? now : now.toBuilder().setRevision(revision).build();
    }
}
