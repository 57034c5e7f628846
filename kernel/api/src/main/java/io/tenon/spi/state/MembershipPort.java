package io.tenon.spi.state;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;

/** Membership for the kernel. Apply loop unless said otherwise. */
public interface MembershipPort {

    /**
     * Checks a committed change against the members and applies it to them.
     *
     * @return what consensus is to apply: the change itself, or one with node id 0 when it has no effect
     */
    ConfChange applyConfChange(ApplyContext context, ConfChange change);

    /** Stores the configuration that holds from this entry on (row {@code confState} of bucket {@code meta}, JSON as etcd writes it). */
    void storeConfState(ApplyContext context, ConfState confState);

    /** The stored configuration; {@link ConfState#EMPTY} before the first change. */
    ConfState confState();

    /** Membership as the JSON that etcd puts into a Raft snapshot. */
    ByteString snapshotData();
}
