package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Message;
import java.util.List;

/**
 * What a member is at the moment. A role owns what it alone needs, so that leaving it forgets it; what outlives a role is in {@link Member}.
 * Messages reach a role in its own term only.
 */
sealed interface Role permits Follower, Candidacy, Leader {

    ConsensusStatus.Role kind();

    /** Who leads, 0 when that is not known. */
    long leader();

    void tick();

    StepResult receive(Message message);

    /** Logs payloads as normal entries, or sends them to the leader. */
    StepResult propose(List<ByteString> payloads);

    /** Logs entries whose term and index are not set yet, or sends them to the leader. */
    StepResult proposeEntries(List<Entry> drafts);

    StepResult readIndex(ByteString context);

    void transferLeader(long target);
}
