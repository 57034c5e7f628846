package io.tenon.api.cluster;

import io.tenon.api.Reply;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.PeerProgress;
import java.util.List;
import java.util.SortedMap;

/** What a change of the members needs of the replicated log and of its leader. Provided by the kernel as a slot. Any thread; nothing blocks. */
public interface Reconfiguration {

    /**
     * Logs a change of one member and answers with the members behind it, when it is in force here. It is refused as the rules of the members
     * refuse it when it is applied, and as other requests when it does not get that far in time.
     *
     * @param context what the change says of the member, as JSON; empty for a removal
     * @param reply   called on the apply loop
     */
    void change(ConfChange.Step step, String context, Reply<List<ClusterMember>> reply);

    /**
     * How far the logs of all members are known to reach. Refuses unless this member leads.
     *
     * @param reply called on the raft loop; not at all once the node stops
     */
    void progress(Reply<LeaderProgress> reply);

    /**
     * A leader's view.
     *
     * @param commit  index of the last committed entry
     * @param members every member's progress by its id, the leader's own too
     */
    record LeaderProgress(long commit, SortedMap<Long, PeerProgress> members) {
    }
}
