package io.tenon.watch;

import io.tenon.api.watch.WatchReply;
import io.tenon.watch.Watcher.Place;
import io.tenon.watch.WatcherSpec.Trait;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** All watchers of a shard: makes them, moves them between their lanes and the catch-up, and ends them. Owned by the loop of the shard. */
final class WatcherBook implements CatchUp.Back {
    private final EventLog log;
    private final Replies replies;
    private final Consumer<ClientStream> onOverfull;
    private final CatchUp catchUp;
    private final Lane plain;
    private final PreviousLane previous;
    private int count;

    /** @param onOverfull takes a stream that is owed too much */
    WatcherBook(PastReader past, Replies replies, Consumer<ClientStream> onOverfull) {
        log = past.log();
        this.onOverfull = onOverfull;
        this.replies = replies;
        catchUp = new CatchUp(past, replies, this);
        plain = new Lane(log, replies, catchUp::add);
        previous = new PreviousLane(log, replies, catchUp::add, past);
    }

    /** The answer to a request, and the watcher when there is one now. It is told nothing before {@link #start}. */
    record Created(WatchReply answer, Optional<Watcher> watcher) {
    }

    /** Makes a watcher, or a refusal in etcd's words. */
    Created create(ClientStream stream, WatchCreateRequest request, long current) {
        WatcherSpec asked = WatcherSpec.of(request.getWatchId(), request);
        if (asked.startRevision() < 0) {
            return refused(Replies.COMPACTED, current);
        }
        if (asked.range().empty()) {
            return refused(Replies.EMPTY_RANGE, current);
        }
        if (count >= WatchLimits.MOST_WATCHERS) {
            return refused(WatchLimits.TOO_MANY_WATCHERS, current);
        }
        Optional<Long> id = stream.claimId(asked.id());
        if (id.isEmpty()) {
            return refused(Replies.DUPLICATE_ID, current);
        }
        WatcherSpec spec = new WatcherSpec(id.get(), asked.range(), asked.startRevision(), asked.traits());
        return new Created(replies.created(id.get(), current), Optional.of(add(stream, spec)));
    }

    private Created refused(String reason, long current) {
        return new Created(replies.refused(reason, current), Optional.empty());
    }

    private Watcher add(ClientStream stream, WatcherSpec spec) {
        Watcher watcher = new Watcher(stream, spec, spec.has(Trait.PREVIOUS) ? previous : plain);
        stream.add(watcher);
        if (count++ == 0) {
            log.join();
        }
        return watcher;
    }

    /** Lets a new watcher go, from its start revision on. */
    void start(Watcher watcher, long current) {
        long asked = watcher.spec().startRevision();
        watcher.historic(asked != 0 && asked <= current);
        settle(watcher, asked == 0 ? current + 1 : asked);
    }

    /** Takes over a watcher that another engine served. */
    Watcher adopt(ClientStream stream, ParkedWatcher parked) {
        Watcher watcher = add(stream, parked.spec());
        watcher.historic(parked.historic());
        settle(watcher, parked.cursor());
        return watcher;
    }

    /** Ends a watcher; it is told nothing more. */
    void remove(Watcher watcher) {
        switch (watcher.whereabouts()) {
            case SYNCED, WAITING -> watcher.lane().remove(watcher);
            case LATE, IN_PASS -> catchUp.remove(watcher);
            case NOWHERE -> { }
        }
        watcher.stream().remove(watcher);
        if (--count == 0) {
            log.leave();
        }
    }

    void removeAll(ClientStream stream) {
        List<Watcher> watchers = new ArrayList<>(stream.watchers());
        watchers.forEach(this::remove);
    }

    void unblocked(ClientStream stream) {
        catchUp.unblocked(stream);
    }

    /** Tells synced watchers what was published, and brings late ones nearer. Returns the work done. */
    int step() {
        long published = log.published();
        return plain.deliver(published) + previous.deliver(published) + catchUp.step();
    }

    /** Brings lanes without watchers up to a revision. */
    void skipIdle(long upTo) {
        plain.skipIdle(upTo);
        previous.skipIdle(upTo);
    }

    @Override
    public void settle(Watcher watcher, long nextRevision) {
        if (!watcher.lane().admit(watcher, nextRevision)) {
            watcher.place(Place.NOWHERE, nextRevision);
            catchUp.add(watcher);
        }
    }

    @Override
    public void compacted(Watcher watcher, long compactRevision) {
        WatchReply reply = replies.compacted(watcher.spec().id(), compactRevision);
        remove(watcher);
        if (!watcher.stream().answer(reply)) {
            onOverfull.accept(watcher.stream());
        }
    }
}
