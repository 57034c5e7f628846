package io.tenon.wal.format;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogIdentity;
import io.tenon.wire.etcdserverpb.Metadata;

/** Between the contracts' records and etcd's messages, with every field set that etcd always writes. */
public final class Messages {

    private Messages() {
    }

    public static Metadata metadata(LogIdentity identity) {
        return Metadata.newBuilder().setNodeID(identity.memberId()).setClusterID(identity.clusterId()).build();
    }

    public static LogIdentity identity(Metadata metadata) {
        return new LogIdentity(metadata.getNodeID(), metadata.getClusterID());
    }

    public static io.tenon.wire.raftpb.ConfState confState(ConfState state) {
        return io.tenon.wire.raftpb.ConfState.newBuilder().addAllVoters(state.voters()).addAllLearners(state.learners())
                .addAllVotersOutgoing(state.votersOutgoing()).addAllLearnersNext(state.learnersNext()).setAutoLeave(state.autoLeave()).build();
    }

    public static ConfState confState(io.tenon.wire.raftpb.ConfState message) {
        return new ConfState(message.getVotersList(), message.getLearnersList(), message.getVotersOutgoingList(),
                message.getLearnersNextList(), message.getAutoLeave());
    }

    /** The first snapshot record of a log: nothing, at 0. */
    public static io.tenon.wire.walpb.Snapshot beginning() {
        return io.tenon.wire.walpb.Snapshot.newBuilder().setIndex(0).setTerm(0).build();
    }

    /** The snapshot record for a snapshot. */
    public static io.tenon.wire.walpb.Snapshot mark(Snapshot snapshot) {
        return io.tenon.wire.walpb.Snapshot.newBuilder().setIndex(snapshot.index()).setTerm(snapshot.term())
                .setConfState(confState(snapshot.confState())).build();
    }
}
