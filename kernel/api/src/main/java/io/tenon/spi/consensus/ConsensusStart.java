package io.tenon.spi.consensus;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.loop.LoopHost;
import io.tenon.spi.election.ElectionRule;
import io.tenon.spi.log.LogSession;
import java.util.Random;
import java.util.Set;

/**
 * Everything a consensus starts from.
 *
 * @param id           this member
 * @param hardState    as recovered; commit is at least {@code applied}
 * @param confState    the configuration at {@code applied}
 * @param applied      where the state machines stand; committed entries are handed out from the next one on
 * @param log          open, recovered, owned by the kernel; the driver appends to it and reads from it
 * @param heartbeatMillis length of a tick
 * @param electionTicks   ticks without a leader before an election
 * @param rules        election rules to begin with
 * @param random       seeds the randomised timeouts
 */
public record ConsensusStart(long id, HardState hardState, ConfState confState, LogMark applied, LogSession log, LoopHost loops,
                             MessageSink peers, CommitSink sink, long heartbeatMillis, int electionTicks,
                             Set<ElectionRule> rules, Random random) {
}
