package io.tenon.spi.state;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.wire.etcdserverpb.Request;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Membership for the kernel. Apply loop unless said otherwise. */
public interface MembershipPort {

    /**
     * Checks a committed change against the members and applies it to them.
     *
     * @return what became of it
     */
    Outcome applyConfChange(ApplyContext context, ConfChange change);

    /**
     * What became of a change.
     *
     * @param change  what consensus is to apply: the change itself, or one with node id 0 when it has no effect
     * @param refusal why it has no effect, for who proposed it
     */
    record Outcome(ConfChange change, Optional<Refusal> refusal) {
    }

    /** Stores the configuration that holds from this entry on (row {@code confState} of bucket {@code meta}, JSON as etcd writes it). */
    void storeConfState(ApplyContext context, ConfState confState);

    /** The stored configuration; {@link ConfState#EMPTY} before the first change. */
    ConfState confState();

    /** All members, learners too, by ascending unsigned id. The same list as long as nothing changes. Any thread. */
    List<ClusterMember> members();

    /** Ids that were removed and may never come back. Any thread. */
    Set<Long> removed();

    /**
     * Applies a request of the v2 API that is about the cluster: a member's attributes or the cluster's version, as etcd up to 3.5 logs
     * them. No other request has a path below {@code /0}.
     *
     * @return the answer of whoever proposed it
     */
    Object applyV2(ApplyContext context, Request request);

    /** Membership and the tree of the v2 API as the JSON that etcd puts into a Raft snapshot. */
    ByteString snapshotData();
}
