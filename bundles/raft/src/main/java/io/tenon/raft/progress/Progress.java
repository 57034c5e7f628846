package io.tenon.raft.progress;

import io.tenon.raft.progress.Phase.Probing;
import io.tenon.raft.progress.Phase.Replicating;
import io.tenon.raft.progress.Phase.SendingSnapshot;

/**
 * What a leader knows of one member's log. Owned by the raft loop.
 *
 * <p>{@code match < next} at all times: everything up to {@code match} is known to be durable there, {@code next} is what to send next.
 */
public final class Progress {
    private final Inflights emptyWindow;
    private long match;
    private long next;
    /** The highest commit index that went out, as far as it can have arrived: never more than {@code next - 1} after a step back. */
    private long sentCommit;
    private boolean recentlyActive;
    private Phase phase = new Probing();

    public Progress(long match, long next, Inflights emptyWindow) {
        this.match = match;
        this.next = next;
        this.emptyWindow = emptyWindow;
        check();
    }

    public long match() {
        return match;
    }

    public long next() {
        return next;
    }

    public Phase phase() {
        return phase;
    }

    public boolean isRecentlyActive() {
        return recentlyActive;
    }

    public void heardFrom() {
        recentlyActive = true;
    }

    /** Begins a new span in which the peer has to be heard of. */
    public void clearRecentlyActive() {
        recentlyActive = false;
    }

    /** True when no append may be sent now. */
    public boolean isPaused() {
        return switch (phase) {
            case Probing probing -> probing.paused;
            case Replicating replicating -> replicating.paused;
            case SendingSnapshot sending -> true;
        };
    }

    /** True when an append may carry entries; a full window lets only empty ones through, which find out what became of the rest. */
    public boolean mayCarryEntries() {
        return !(phase instanceof Replicating replicating && replicating.inflights.isFull());
    }

    /** Notes an acknowledgement. False when nothing new was said. */
    public boolean acknowledged(long index) {
        if (index <= match) {
            return false;
        }
        match = index;
        next = Math.max(next, index + 1);
        resume();
        return true;
    }

    /** Lets one more append through, because the peer gave a sign of life. */
    public void resume() {
        switch (phase) {
            case Probing probing -> probing.paused = false;
            case Replicating replicating -> replicating.paused = false;
            case SendingSnapshot sending -> { }
        }
    }

    /** Holds appends back until the peer is heard of. */
    public void pause() {
        switch (phase) {
            case Probing probing -> probing.paused = true;
            case Replicating replicating -> replicating.paused = true;
            case SendingSnapshot sending -> { }
        }
    }

    /**
     * Notes that the peer refused the append after {@code rejected}; one that was replicating is probed.
     *
     * @param hint where the logs may agree
     * @return false for an answer that came late and says nothing
     */
    public boolean stepBack(long rejected, long hint) {
        if (phase instanceof Replicating) {
            if (rejected <= match) {
                return false;
            }
            becomeProbing();
            return true;
        }
        if (next - 1 != rejected) {
            return false;
        }
        next = Math.max(Math.min(rejected, hint + 1), match + 1);
        sentCommit = Math.min(sentCommit, next - 1);
        resume();
        check();
        return true;
    }

    /** Goes to {@link Probing}: after a snapshot from behind it, else from behind what is known to agree. */
    public void becomeProbing() {
        long snapshot = phase instanceof SendingSnapshot sending ? sending.index() : 0;
        probeFrom(Math.max(match, snapshot) + 1);
    }

    /** Goes to {@link Probing} because the snapshot did not arrive. */
    public void snapshotFailed() {
        probeFrom(match + 1);
    }

    private void probeFrom(long index) {
        phase = new Probing();
        next = index;
        sentCommit = Math.min(sentCommit, next - 1);
        check();
    }

    public void becomeReplicating() {
        phase = new Replicating(emptyWindow.emptied());
        next = match + 1;
    }

    public void becomeSendingSnapshot(long index) {
        phase = new SendingSnapshot(index);
        next = index + 1;
        sentCommit = index;
        check();
    }

    /** Notes that an append with these entries went out. */
    public void sentEntries(int count, long sizeBytes) {
        switch (phase) {
            case Replicating replicating -> {
                if (count > 0) {
                    next += count;
                    replicating.inflights.add(next - 1, sizeBytes);
                }
                replicating.paused = replicating.inflights.isFull();
            }
            case Probing probing -> probing.paused |= count > 0;
            case SendingSnapshot sending ->
                    throw new IllegalStateException("append of " + count + " entries while snapshot " + sending.index() + " is on its way");
        }
    }

    public void sentCommit(long commit) {
        sentCommit = commit;
    }

    /** True when an append with this commit index could move the peer's: it is news, and not all up to {@code next - 1} was sent. */
    public boolean canBumpCommit(long commit) {
        return commit > sentCommit && sentCommit < next - 1;
    }

    private void check() {
        if (match >= next) {
            throw new IllegalStateException("match " + match + " not below next " + next);
        }
    }
}
