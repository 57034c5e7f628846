package io.tenon.watch;

import io.tenon.api.Refusals;
import io.tenon.api.loop.Inbox;
import io.tenon.api.loop.Loop;
import io.tenon.api.watch.WatchReply;
import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The loop that owns streams and their watchers. A stream belongs to one shard for life, so shards never talk to one another: more of them
 * share the {@link EventLog} and nothing else.
 *
 * <p>Requests wait until the current revision is known, because every answer names it.
 */
final class WatchShard implements Loop {
    private final EventLog log;
    private final PastReader past;
    private final Replies replies;
    private final WatcherBook book;
    private final ProgressRequests progress;
    private final ProgressTimer timer;
    private final Inbox<StreamRequest> requests = new Inbox<>(WatchLimits.MOST_WAITING_REQUESTS);
    /** Streams to end: their requests found no room, or they are owed too much. */
    private final ConcurrentLinkedQueue<ClientStream> overflown = new ConcurrentLinkedQueue<>();
    private final Map<Long, ClientStream> streams = new LinkedHashMap<>();
    private boolean started;
    private boolean asking;
    /** Readers saw at least this revision when the shard started; 0 before that. */
    private long firstCurrent;
    private long lastPublished;
    private long nowNanos;

    WatchShard(PastReader past, Replies replies, ProgressTimer timer) {
        log = past.log();
        this.past = past;
        this.replies = replies;
        this.timer = timer;
        book = new WatcherBook(past, replies, overflown::add);
        progress = new ProgressRequests(replies);
    }

    void onWork(Runnable wake) {
        requests.onOffer(wake);
        past.background().onOutcome(wake);
        wake.run();
    }

    /** Any thread. A stream whose request finds no room is ended: a request must not vanish. */
    void offer(ClientStream stream, StreamRequest request) {
        if (!requests.offer(request) && !stream.overflown()) {
            stream.overflow();
            overflown.add(stream);
        }
    }

    /** Takes watchers over from an older engine. False when something came before. */
    boolean adopt(List<ParkedStream> parked) {
        return requests.size() == 0 && requests.offer(new StreamRequest.Adopt(parked));
    }

    @Override
    public int step(long now) {
        nowNanos = now;
        int work = past.background().step(now);
        if (!start()) {
            return work;
        }
        checkPublished();
        work += requests.drain(this::handle, WatchLimits.REQUESTS_PER_STEP);
        endOverflown();
        work += book.step();
        progress.step();
        return work + timer.step(now);
    }

    @Override
    public long wakeAtNanos() {
        long timerAt = timer.wakeAtNanos();
        long restAt = past.background().wakeAtNanos();
        if (timerAt == NEVER || restAt == NEVER) {
            return timerAt == NEVER ? restAt : timerAt;
        }
        return timerAt - restAt < 0 ? timerAt : restAt;
    }

    /** Learns the current revision: from the first batch that is published, or from history. */
    private boolean start() {
        if (!started && log.published() > 0) {
            startAt(log.published());
        }
        if (!started && !asking) {
            asking = past.background().start(() -> {
                long revision = past.history().revision();
                return () -> startAt(revision);
            }, () -> asking = false);
        }
        return started;
    }

    private void startAt(long revision) {
        if (!started) {
            started = true;
            firstCurrent = revision;
            book.skipIdle(revision);
        }
    }

    private void checkPublished() {
        long published = log.published();
        if (published < lastPublished) {
            throw new IllegalStateException("published revision " + published + " after " + lastPublished);
        }
        lastPublished = published;
    }

    /** The newest revision that a client of this member can know of. */
    private long current() {
        return Math.max(firstCurrent, log.published());
    }

    private void handle(StreamRequest request) {
        switch (request) {
            case StreamRequest.Create create -> create(create.stream(), create.request());
            case StreamRequest.Cancel cancel -> cancel(cancel.stream(), cancel.request());
            case StreamRequest.Progress asked -> {
                if (!asked.stream().closed()) {
                    progress.add(asked.stream(), current());
                }
            }
            case StreamRequest.Writable writable -> writable(writable.stream());
            case StreamRequest.Close close -> remove(close.stream());
            case StreamRequest.Adopt adopt -> adopt.streams().forEach(this::adopt);
        }
    }

    private void create(ClientStream stream, WatchCreateRequest request) {
        if (stream.closed()) {
            return;
        }
        streams.put(stream.number(), stream);
        book.skipIdle(log.published());
        long current = current();
        WatcherBook.Created created = book.create(stream, request, current);
        answer(stream, created.answer());
        created.watcher().ifPresent(watcher -> {
            book.start(watcher, current);
            timer.added(watcher, nowNanos);
        });
    }

    private void cancel(ClientStream stream, WatchCancelRequest request) {
        stream.watcher(request.getWatchId()).ifPresent(watcher -> {
            book.remove(watcher);
            answer(stream, replies.canceled(request.getWatchId(), current()));
        });
    }

    private void answer(ClientStream stream, WatchReply reply) {
        if (!stream.answer(reply)) {
            overflown.add(stream);
        }
    }

    private void writable(ClientStream stream) {
        if (stream.blocked() && !stream.closed()) {
            stream.unblock();
            if (!stream.blocked()) {
                book.unblocked(stream);
                progress.unblocked(stream);
            }
        }
    }

    private void remove(ClientStream stream) {
        book.removeAll(stream);
        progress.remove(stream);
        streams.remove(stream.number(), stream);
    }

    private void endOverflown() {
        for (ClientStream stream = overflown.poll(); stream != null; stream = overflown.poll()) {
            stream.end(Refusals.TOO_MANY_REQUESTS);
            remove(stream);
        }
    }

    private void adopt(ParkedStream parked) {
        ClientStream stream = parked.stream();
        streams.put(stream.number(), stream);
        stream.nextId(parked.nextId());
        parked.owed().forEach(reply -> answer(stream, reply));
        for (ParkedWatcher watcher : parked.watchers()) {
            timer.added(book.adopt(stream, watcher), nowNanos);
        }
        parked.progressTargets().forEach(target -> progress.add(stream, target));
        parked.requests().forEach(this::handle);
    }

    /** Everything the next engine needs. After the last step, on any thread. */
    List<ParkedStream> park() {
        Map<ClientStream, ParkedStream> parked = new LinkedHashMap<>();
        streams.values().forEach(stream -> parked.put(stream, park(stream)));
        requests.drain(request -> parkUnseen(request, parked), requests.capacity());
        return parked.values().stream().filter(stream -> !stream.stream().closed()).toList();
    }

    private static void parkUnseen(StreamRequest request, Map<ClientStream, ParkedStream> parked) {
        switch (request) {
            case StreamRequest.Create create -> parked.computeIfAbsent(create.stream(), WatchShard::park).requests().add(create);
            case StreamRequest.Cancel cancel -> parked.computeIfAbsent(cancel.stream(), WatchShard::park).requests().add(cancel);
            case StreamRequest.Progress asked -> parked.computeIfAbsent(asked.stream(), WatchShard::park).requests().add(asked);
            case StreamRequest.Adopt adopt -> adopt.streams().forEach(stream -> parked.put(stream.stream(), stream));
            // The next engine tries each stream once, and a closed one is not given to it.
            case StreamRequest.Writable _, StreamRequest.Close _ -> { }
        }
    }

    private static ParkedStream park(ClientStream stream) {
        List<ParkedWatcher> watchers = new ArrayList<>();
        for (Watcher watcher : stream.watchers()) {
            watchers.add(new ParkedWatcher(watcher.spec(), watcher.cursor(), watcher.historic()));
        }
        return new ParkedStream(stream, stream.nextId(), watchers, List.copyOf(stream.owed()), List.copyOf(stream.progressTargets()),
                new ArrayList<>());
    }
}
