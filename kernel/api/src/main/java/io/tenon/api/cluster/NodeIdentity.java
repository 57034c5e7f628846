package io.tenon.api.cluster;

/** Who this node is; fixed when its log was created. */
public record NodeIdentity(long memberId, long clusterId) {
}
