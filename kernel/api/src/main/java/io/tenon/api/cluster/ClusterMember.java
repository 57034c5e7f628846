package io.tenon.api.cluster;

import java.util.List;

/**
 * One member as the cluster knows it.
 *
 * @param peerUrls   as they were given, not checked
 * @param name       empty until the member has started and told
 * @param clientUrls empty until the member has started and told
 */
public record ClusterMember(long id, List<String> peerUrls, boolean learner, String name, List<String> clientUrls) {

    public ClusterMember {
        peerUrls = List.copyOf(peerUrls);
        clientUrls = List.copyOf(clientUrls);
    }

    /** A voter as a new cluster starts with it: the name is known from the flags, the client URLs are not. */
    public static ClusterMember ofBootstrap(long id, String name, List<String> peerUrls) {
        return new ClusterMember(id, peerUrls, false, name, List.of());
    }

    /** This member with what it told about itself. */
    public ClusterMember withAttributes(String toldName, List<String> toldClientUrls) {
        return new ClusterMember(id, peerUrls, learner, toldName, toldClientUrls);
    }

    /** This member at other addresses. */
    public ClusterMember withPeerUrls(List<String> urls) {
        return new ClusterMember(id, urls, learner, name, clientUrls);
    }

    /** This member as a voter. */
    public ClusterMember promoted() {
        return new ClusterMember(id, peerUrls, false, name, clientUrls);
    }

    /** True once the member has told its name. */
    public boolean started() {
        return !name.isEmpty();
    }
}
