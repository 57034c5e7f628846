package io.tenon.api.status;

import io.tenon.api.cluster.NodeIdentity;
import io.tenon.api.consensus.ConsensusStatus;
import java.util.List;
import java.util.Optional;

/**
 * A node at one instant. Its parts are read one after the other and not stopped for it: the applied index may be a step ahead of the
 * revision.
 *
 * @param serverVersion  which etcd it is, such as {@code 3.5.30}
 * @param clusterVersion empty before it is decided
 * @param running        empty before its log is open and its state restored, and after its end
 * @param options        election options deployed, by name; what is in force is in the status of consensus
 * @param transports     names of those deployed, preferred ones first
 */
public record NodeStatus(String name, String serverVersion, Optional<String> clusterVersion, Optional<Running> running,
                         List<OptionStatus> options, List<String> transports) {

    /**
     * A node that has booted.
     *
     * @param consensus    empty for the instant between its parts being there and its start
     * @param appliedIndex the last entry that is in the state
     * @param revision     the newest of the keyspace
     */
    public record Running(NodeIdentity identity, Optional<ConsensusStatus> consensus, long appliedIndex, long revision,
                          StorageStatus storage) {
    }
}
