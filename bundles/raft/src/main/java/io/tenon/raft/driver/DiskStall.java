package io.tenon.raft.driver;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.RaftCore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leader whose disk stands still is no leader: the others follow it by its heartbeats, and nothing that needs its own disk goes on. When the log
 * could not be written for an election timeout it hands over to the voter that has most of the log; when that has not come about one election
 * timeout later, it steps down. One that has nobody to lead in its place waits for its disk. Owned by the raft loop, and told of every tick.
 */
final class DiskStall {
    private static final Logger LOG = LoggerFactory.getLogger(DiskStall.class);

    private final RaftCore core;
    private final LogWriter writer;
    private final int patienceTicks;
    private Object waitedFor = this;
    private int ticks;

    /** @param patienceTicks an election timeout */
    DiskStall(RaftCore core, LogWriter writer, int patienceTicks) {
        this.core = core;
        this.writer = writer;
        this.patienceTicks = patienceTicks;
    }

    void tick() {
        Object oldest = writer.oldestInFlight().orElse(this);
        // One that is not the one of the last tick was begun, or became the oldest, since: the disk works.
        ticks = oldest == this || oldest != waitedFor ? 0 : ticks + 1;
        waitedFor = oldest;
        if (ticks >= patienceTicks && ticks % patienceTicks == 0 && core.status().isLeader()) {
            giveUpLeading();
        }
    }

    private void giveUpLeading() {
        ConsensusStatus status = core.status();
        long successor = mostAdvanced(status.id());
        if (successor == 0) {
            // Nobody could lead in its place.
            return;
        }
        if (ticks > patienceTicks) {
            LOG.warn("stepped down: the log was not written for {} ticks member={} term={}", ticks, Long.toHexString(status.id()), status.term());
            core.step(new Input.StepDown());
        } else {
            LOG.warn("leadership is handed over: the log was not written for {} ticks member={} term={} to={}", ticks,
                    Long.toHexString(status.id()), status.term(), Long.toHexString(successor));
            core.step(new Input.TransferLeader(successor));
        }
    }

    /** The other voter that has acknowledged most, 0 when there is none that was heard of lately. */
    private long mostAdvanced(long self) {
        long[] best = new long[2];
        core.progress().forEachBut(self, (id, progress) -> {
            if (core.configuration().isVoter(id) && progress.isRecentlyActive() && progress.match() > best[1]) {
                best[0] = id;
                best[1] = progress.match();
            }
        });
        return best[0];
    }
}
