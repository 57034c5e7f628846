package io.tenon.raft.driver;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.raft.core.TraceEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what the core traced to the log: one line a state change, member and term first. */
final class TraceLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.tenon.raft");

    private final String member;

    TraceLog(long id) {
        member = Long.toHexString(id);
    }

    /** The one input of the core that no message, entry or timer explains: which rules hold, from which tick on. */
    void rules(long tick, ConsensusStatus status) {
        LOG.info("member={} election rules in force term={} tick={} rules={}", member, status.term(), tick, status.rules());
    }

    void write(TraceEvent event) {
        switch (event) {
            case TraceEvent.RoleChanged e ->
                    LOG.info("member={} term={} became {} leader={}", member, e.term(), e.role(), Long.toHexString(e.leader()));
            case TraceEvent.ConfigurationChanged e -> LOG.info("member={} configuration {}", member, e.configuration());
            case TraceEvent.ConfChangeIgnored e -> LOG.warn("member={} index={} configuration change ignored: {}", member, e.index(), e.reason());
            case TraceEvent.Resigned e -> LOG.warn("member={} term={} stepped down: no quorum was heard of", member, e.term());
            case TraceEvent.SnapshotSent e -> LOG.info("member={} index={} snapshot sent to {}", member, e.index(), Long.toHexString(e.peer()));
            case TraceEvent.SnapshotRestored e -> LOG.info("member={} index={} term={} snapshot restored", member, e.index(), e.term());
            case TraceEvent.Voted e -> LOG.info("member={} term={} vote asked by {} granted={}", member, e.term(),
                    Long.toHexString(e.candidate()), e.granted());
            case TraceEvent.AppendRefused e -> LOG.debug("member={} index={} append refused by {} hint={}", member, e.index(),
                    Long.toHexString(e.peer()), e.hint());
        }
    }
}
