package io.tenon.raft.core;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.election.ElectionRule;
import java.util.List;
import java.util.Set;

/**
 * What was durable when the core starts.
 *
 * @param applied    where the state machine stands; {@code applied <= hardState.commit}
 * @param confState  the configuration at {@code applied}
 * @param firstIndex the first entry that can still be had from the log
 * @param base       the place before {@code tail}, not beyond the commit index: what lies before it is loaded when it is needed
 * @param tail       all entries after {@code base}
 * @param snapshot   the newest one, for peers that need it; may be empty
 */
public record CoreStart(HardState hardState, ConfState confState, long applied, long firstIndex, LogMark base, List<Entry> tail,
                        Snapshot snapshot, Set<ElectionRule> rules) {
}
