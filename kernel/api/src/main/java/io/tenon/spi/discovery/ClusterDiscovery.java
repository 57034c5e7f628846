package io.tenon.spi.discovery;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Finds the members of a new cluster where the flags say ({@link io.tenon.api.config.DiscoveryChoice}). Provided by the discovery bundle; asked by
 * the kernel alone, before the first start of a member that such flags are given to.
 */
@ProviderType
public interface ClusterDiscovery {

    /**
     * Registers this member and waits until all members of the cluster have registered. On a thread that the kernel keeps for it: it may take
     * until an operator has started the last of them, whatever does not answer meanwhile. Asked again with the same registration, it is
     * still the same member.
     *
     * @return the members in the form of {@code --initial-cluster}, this one among them
     * @throws DiscoveryException   the cluster is full, or the registry is not as it has to be
     * @throws InterruptedException the node or the provider ends; what was registered stays so
     */
    String initialCluster(Registration self) throws DiscoveryException, InterruptedException;

    /**
     * What a member tells the others.
     *
     * @param memberId the one that its URLs and the token make
     * @param entry    {@code name=peerURL,name=peerURL}
     */
    record Registration(long memberId, String entry) {
    }
}
