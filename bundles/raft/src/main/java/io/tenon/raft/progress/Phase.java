package io.tenon.raft.progress;

/** How a leader sends to one peer. */
public sealed interface Phase {

    /** Where the peer's log agrees is not known: one append, then wait for its answer or for a heartbeat's. */
    final class Probing implements Phase {
        boolean paused;
    }

    /** The peer follows: appends go out ahead of their answers, as far as the window allows. */
    final class Replicating implements Phase {
        final Inflights inflights;
        boolean paused;

        Replicating(Inflights inflights) {
            this.inflights = inflights;
        }

        public Inflights inflights() {
            return inflights;
        }
    }

    /**
     * The peer needs entries that are gone: no appends before it has the snapshot.
     *
     * @param index of the snapshot
     */
    record SendingSnapshot(long index) implements Phase {
    }
}
