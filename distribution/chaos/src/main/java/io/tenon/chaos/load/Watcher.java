package io.tenon.chaos.load;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.tenon.chaos.client.Rpc;
import io.tenon.chaos.history.Note;
import io.tenon.chaos.history.Row;
import io.tenon.chaos.history.Watched;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchProgressRequest;
import io.tenon.wire.etcdserverpb.WatchRequest;
import io.tenon.wire.etcdserverpb.WatchResponse;
import io.tenon.wire.mvccpb.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Watches one key or all, and goes on at another member with the next revision whenever its stream ends, as etcd's clients do. Its thread opens
 * streams and asks for progress; what comes is written down under the watcher's lock.
 */
final class Watcher implements Runnable {
    private static final long LOOK_MILLIS = 250;
    /** A stream that says nothing for so long, although it was asked, is given up. */
    private static final int MOST_SILENT_LOOKS = 40;

    private final String name;
    private final Optional<String> key;
    private final Members members;
    private final SplittableRandom random;
    private List<Note> notes = new ArrayList<>();
    private long first;
    private long next;
    private Optional<Session> session = Optional.empty();
    private int silentLooks;
    private volatile boolean closed;

    /** @param first revision to begin with */
    Watcher(String name, Optional<String> key, long first, Members members) {
        this.name = name;
        this.key = key;
        this.first = first;
        this.members = members;
        next = first;
        random = new SplittableRandom(name.hashCode());
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                look();
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            giveUp();
        }
    }

    private synchronized void look() {
        if (session.isPresent() && ++silentLooks > MOST_SILENT_LOOKS) {
            giveUp();
        }
        if (session.isEmpty()) {
            open();
        } else {
            session.get().askForProgress();
        }
    }

    private void open() {
        silentLooks = 0;
        WatchCreateRequest.Builder create = WatchCreateRequest.newBuilder().setStartRevision(next)
                .setKey(key.map(ByteString::copyFromUtf8).orElse(Store.FIRST));
        if (key.isEmpty()) {
            create.setRangeEnd(Store.LAST);
        }
        Session opened = new Session();
        session = Optional.of(opened);
        opened.requests = Optional.of(members.any(random).stream(Rpc.WATCH, opened));
        opened.requests.get().onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
    }

    private synchronized void giveUp() {
        Optional<Session> old = session;
        session = Optional.empty();
        old.ifPresent(Session::end);
    }

    /** One stream. Whatever comes on one that was given up is not heard. */
    private final class Session implements StreamObserver<WatchResponse> {
        private Optional<StreamObserver<WatchRequest>> requests = Optional.empty();

        @Override
        public void onNext(WatchResponse response) {
            synchronized (Watcher.this) {
                if (isCurrent()) {
                    silentLooks = 0;
                    took(response);
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            synchronized (Watcher.this) {
                if (isCurrent()) {
                    session = Optional.empty();
                }
            }
        }

        @Override
        public void onCompleted() {
            onError(new IllegalStateException("stream ended"));
        }

        private boolean isCurrent() {
            return session.filter(this::equals).isPresent();
        }

        private void askForProgress() {
            requests.ifPresent(stream -> stream.onNext(WatchRequest.newBuilder().setProgressRequest(WatchProgressRequest.getDefaultInstance()).build()));
        }

        private void end() {
            requests.ifPresent(stream -> stream.onError(io.grpc.Status.CANCELLED.asRuntimeException()));
        }
    }

    private void took(WatchResponse response) {
        if (response.getCanceled()) {
            if (response.getCompactRevision() > 0) {
                notes.add(new Note.Compacted(response.getCompactRevision()));
                next = Math.max(next, response.getCompactRevision());
            }
            giveUp();
            return;
        }
        for (Event event : response.getEventsList()) {
            boolean deleted = event.getType() == Event.EventType.DELETE;
            notes.add(new Note.Change(System.nanoTime(), event.getKv().getModRevision(), event.getKv().getKey().toStringUtf8(),
                    deleted ? Optional.empty() : Optional.of(Row.of(event.getKv()))));
            next = Math.max(next, event.getKv().getModRevision() + 1);
        }
        if (response.getEventsCount() == 0 && !response.getCreated() && response.getHeader().getRevision() >= next) {
            notes.add(new Note.Progress(response.getHeader().getRevision()));
            next = response.getHeader().getRevision() + 1;
        }
    }

    /** The revision it waits for. */
    synchronized long next() {
        return next;
    }

    /** What it got in the round that ends here. */
    synchronized Watched take() {
        Watched watched = new Watched(name, key, first, notes);
        notes = new ArrayList<>();
        first = next;
        return watched;
    }

    void close() {
        closed = true;
    }
}
