package io.tenon.raft.core;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.raft.confchange.Configuration;

/** What happened, for logs, metrics and tests; no decision may depend on it. */
public sealed interface TraceEvent {

    record RoleChanged(ConsensusStatus.Role role, long term, long leader) implements TraceEvent {
    }

    record Voted(long candidate, long term, boolean granted) implements TraceEvent {
    }

    record ConfigurationChanged(Configuration configuration) implements TraceEvent {
    }

    /** A configuration change was replaced by an empty entry; the reason is etcd's text. */
    record ConfChangeIgnored(long index, String reason) implements TraceEvent {
    }

    /** A leader stepped down because it did not hear of a quorum for an election timeout. */
    record Resigned(long term) implements TraceEvent {
    }

    record SnapshotSent(long peer, long index) implements TraceEvent {
    }

    record SnapshotRestored(long index, long term) implements TraceEvent {
    }

    /** A peer's log does not hold the entry before an append; the leader goes back. */
    record AppendRefused(long peer, long index, long hint) implements TraceEvent {
    }
}
