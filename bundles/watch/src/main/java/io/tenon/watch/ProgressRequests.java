package io.tenon.watch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Progress requests that wait for their watchers. The answer "up to revision r all is told" is given after all is told; when a watcher is
 * late, or waits for a revision that is still to come, there is no answer at all, as etcd has none. Owned by the loop of the shard.
 */
final class ProgressRequests {
    private final Replies replies;
    /** Streams with unanswered requests that can take an answer. */
    private final Set<ClientStream> asking = new LinkedHashSet<>();

    private enum Verdict { ANSWER, NO_ANSWER, LATER }

    ProgressRequests(Replies replies) {
        this.replies = replies;
    }

    /** @param current the revision the client may know of */
    void add(ClientStream stream, long current) {
        if (stream.progressTargets().size() < WatchLimits.MOST_WAITING_PROGRESS) {
            stream.progressTargets().add(current);
            asking.add(stream);
        }
    }

    /** The client of the stream reads again. */
    void unblocked(ClientStream stream) {
        if (!stream.progressTargets().isEmpty()) {
            asking.add(stream);
        }
    }

    void remove(ClientStream stream) {
        asking.remove(stream);
    }

    /** Answers what can be answered now; called after the lanes delivered. */
    void step() {
        if (!asking.isEmpty()) {
            new ArrayList<>(asking).forEach(this::answer);
        }
    }

    private void answer(ClientStream stream) {
        Queue<Long> targets = stream.progressTargets();
        while (!targets.isEmpty() && !stream.blocked()) {
            long target = targets.element();
            switch (verdict(stream, target)) {
                case ANSWER -> stream.send(replies.progressOfAll(target));
                case NO_ANSWER -> { }
                case LATER -> {
                    return;
                }
            }
            targets.remove();
        }
        asking.remove(stream);
    }

    private static Verdict verdict(ClientStream stream, long target) {
        Verdict verdict = stream.watchers().isEmpty() ? Verdict.NO_ANSWER : Verdict.ANSWER;
        for (Watcher watcher : stream.watchers()) {
            if (watcher.late() || watcher.spec().startRevision() > target) {
                return Verdict.NO_ANSWER;
            }
            if (watcher.cursor() <= target) {
                verdict = Verdict.LATER;
            }
        }
        return verdict;
    }
}
