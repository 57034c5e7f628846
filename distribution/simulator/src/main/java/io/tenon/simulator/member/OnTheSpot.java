package io.tenon.simulator.member;

import io.tenon.wal.Background;

/** The log's work in the background, done where it is given: there is one thread. */
final class OnTheSpot implements Background {

    @Override
    public void execute(Runnable work) {
        work.run();
    }

    @Override
    public void close() {
        // Has no thread.
    }
}
