package io.tenon.watch;

import io.tenon.watch.Watcher.Place;
import io.tenon.watch.WatcherSpec.Trait;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Brings late watchers back to their lanes, a bounded piece of the past at a time: from the log while it reaches back, else from history on
 * a worker. Nothing is kept for a client that does not read; its watchers wait at their cursors. Owned by the loop of the shard.
 */
final class CatchUp {
    private final PastReader past;
    private final Replies replies;
    private final Back back;
    private final Map<Source, LateQueue> queues = new EnumMap<>(Source.class);
    private int passesOnWorkers;

    /** Where a watcher's next piece of the past is read. */
    private enum Source {
        /** On the loop: all is in memory. */
        LOG,
        /** On a worker: the log, and previous values. */
        LOG_AND_VALUES,
        HISTORY
    }

    /** Where watchers go from here. */
    interface Back {
        /** The watcher was told everything below this revision. It is in no place. */
        void settle(Watcher watcher, long nextRevision);

        /** What the watcher needs is compacted. It is in no place. */
        void compacted(Watcher watcher, long compactRevision);
    }

    CatchUp(PastReader past, Replies replies, Back back) {
        this.past = past;
        this.replies = replies;
        this.back = back;
        for (Source source : Source.values()) {
            queues.put(source, new LateQueue());
        }
    }

    /** Takes a watcher that is in no place, at its cursor. */
    void add(Watcher watcher) {
        watcher.place(Place.LATE);
        watcher.stream().late().add(watcher);
        enqueue(watcher);
    }

    /** Lets go of a watcher that is late or in a pass. */
    void remove(Watcher watcher) {
        queues.values().forEach(queue -> queue.remove(watcher));
        watcher.stream().late().remove(watcher);
        watcher.place(Place.NOWHERE);
    }

    /** The client reads again. */
    void unblocked(ClientStream stream) {
        for (Watcher watcher : stream.late()) {
            if (watcher.whereabouts() == Place.LATE) {
                queues.values().forEach(queue -> queue.remove(watcher));
                enqueue(watcher);
            }
        }
    }

    /** Does one piece on the loop and starts pieces on workers. Returns how many. */
    int step() {
        int work = readLog();
        work += start(Source.HISTORY);
        work += start(Source.LOG_AND_VALUES);
        return work;
    }

    private void enqueue(Watcher watcher) {
        if (!watcher.stream().blocked()) {
            queues.get(source(watcher)).add(watcher);
        }
    }

    /** A watcher that starts in the past is checked against the compact revision first, so its first piece is read from history. */
    private Source source(Watcher watcher) {
        if (watcher.historic() || past.log().find(watcher.cursor()).isEmpty()) {
            return Source.HISTORY;
        }
        return watcher.spec().has(Trait.PREVIOUS) ? Source.LOG_AND_VALUES : Source.LOG;
    }

    private int readLog() {
        List<Watcher> group = take(Source.LOG);
        if (group.isEmpty()) {
            return 0;
        }
        finish(new Pass(past, group).readLog(group.getFirst().lane().delivered() + 1));
        return group.size();
    }

    private int start(Source source) {
        if (past.background().resting() || passesOnWorkers >= WatchLimits.MOST_PASSES_ON_WORKERS) {
            return 0;
        }
        List<Watcher> group = take(source);
        if (group.isEmpty()) {
            return 0;
        }
        long end = group.getFirst().lane().delivered() + 1;
        Pass pass = new Pass(past, group);
        passesOnWorkers++;
        boolean started = past.background().start(() -> {
            Pass.Outcome outcome = source == Source.HISTORY ? pass.readHistory() : pass.readLog(end);
            return () -> {
                passesOnWorkers--;
                finish(outcome);
            };
        }, () -> putBack(group));
        if (!started) {
            putBack(group);
        }
        return started ? 1 : 0;
    }

    /** The next watchers of a queue that can be served; the others have to wait for their clients, or to be read elsewhere by now. */
    private List<Watcher> take(Source source) {
        LateQueue queue = queues.get(source);
        List<Watcher> group = new ArrayList<>();
        while (group.isEmpty() && !queue.isEmpty()) {
            for (Watcher watcher : queue.take()) {
                if (source(watcher) != source) {
                    enqueue(watcher);
                } else if (!watcher.stream().blocked()) {
                    watcher.place(Place.IN_PASS);
                    group.add(watcher);
                }
            }
        }
        return group;
    }

    private void putBack(List<Watcher> group) {
        passesOnWorkers--;
        for (Watcher watcher : group) {
            if (watcher.whereabouts() == Place.IN_PASS) {
                watcher.place(Place.LATE);
                enqueue(watcher);
            }
        }
    }

    private void finish(Pass.Outcome outcome) {
        ResponseHeader header = replies.header(outcome.current());
        for (Pass.Member member : outcome.members()) {
            Watcher watcher = member.watcher();
            if (watcher.whereabouts() != Place.IN_PASS) {
                continue; // cancelled meanwhile
            }
            watcher.place(Place.LATE);
            if (member.cursor() < outcome.compactRevision()) {
                remove(watcher);
                back.compacted(watcher, outcome.compactRevision());
            } else if (member.events().isEmpty() || !watcher.stream().blocked()) {
                serve(member, outcome, header);
            }
            // Else the client stopped reading: the watcher stays late, and its piece is read again when there is room for it.
        }
    }

    private void serve(Pass.Member member, Pass.Outcome outcome, ResponseHeader header) {
        Watcher watcher = member.watcher();
        if (!member.events().isEmpty()) {
            watcher.stream().send(Replies.events(watcher, header, member.events()));
            watcher.told();
        }
        watcher.historic(false);
        remove(watcher);
        back.settle(watcher, Math.max(member.cursor(), outcome.nextRevision()));
    }
}
