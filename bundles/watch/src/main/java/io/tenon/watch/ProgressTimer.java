package io.tenon.watch;

import io.tenon.api.loop.Loop;
import io.tenon.watch.Watcher.Place;
import io.tenon.watch.WatcherSpec.Trait;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Tells watchers that asked for it how far they are, when nothing else told them for an interval. One clock per stream, as in etcd; each
 * round is up to 10 % longer or shorter, so that streams opened together do not stay together. Owned by the loop of the shard.
 */
final class ProgressTimer {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private final Replies replies;
    private final long intervalNanos;
    private final SplittableRandom random;
    /** The host's clock may be anywhere, so times are compared by difference. */
    private final PriorityQueue<Due> rounds = new PriorityQueue<>(Comparator.comparing(Due::atNanos, (a, b) -> Long.signum(a - b)));

    private record Due(ClientStream stream, long atNanos) {
    }

    ProgressTimer(Replies replies, Duration interval, long seed) {
        this.replies = replies;
        intervalNanos = (interval.compareTo(SHORTEST) < 0 ? SHORTEST : interval).toNanos();
        random = new SplittableRandom(seed);
    }

    /** Starts the stream's clock when this is its first watcher that wants to be told. */
    void added(Watcher watcher, long nowNanos) {
        if (watcher.spec().has(Trait.PROGRESS_NOTIFY) && watcher.stream().startClock()) {
            next(watcher.stream(), nowNanos);
        }
    }

    long wakeAtNanos() {
        return rounds.isEmpty() ? Loop.NEVER : rounds.element().atNanos;
    }

    /** Does the rounds that are due and returns how many. */
    int step(long nowNanos) {
        int count = 0;
        while (!rounds.isEmpty() && rounds.element().atNanos - nowNanos <= 0) {
            ClientStream stream = rounds.remove().stream;
            if (tell(stream)) {
                next(stream, nowNanos);
            } else {
                stream.stopClock();
            }
            count++;
        }
        return count;
    }

    private void next(ClientStream stream, long nowNanos) {
        long jitterNanos = random.nextLong(-intervalNanos / 10, intervalNanos / 10 + 1);
        rounds.add(new Due(stream, nowNanos + intervalNanos + jitterNanos));
    }

    /** False when nobody on the stream wants to be told any more. */
    private boolean tell(ClientStream stream) {
        boolean wanted = false;
        for (Watcher watcher : stream.watchers()) {
            if (watcher.spec().has(Trait.PROGRESS_NOTIFY)) {
                wanted = true;
                boolean quiet = !watcher.takeTold();
                if (quiet && !stream.blocked() && inStep(watcher)) {
                    stream.send(replies.progress(watcher.spec().id(), watcher.lane().delivered()));
                }
            }
        }
        return wanted;
    }

    private static boolean inStep(Watcher watcher) {
        return watcher.whereabouts() == Place.SYNCED && watcher.spec().startRevision() <= watcher.lane().delivered();
    }
}
