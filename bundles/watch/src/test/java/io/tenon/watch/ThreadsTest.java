package io.tenon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.kv.KeyHistory;
import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import io.tenon.spi.state.Change;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.mvccpb.Event;
import io.tenon.wire.mvccpb.KeyValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine with a writer, a loop, workers and clients on threads of their own, replaced several times meanwhile. */
@Timeout(120)
class ThreadsTest {
    private static final long REVISIONS = 30_000;
    private static final int STREAMS = 24;
    private static final int SWAPS = 4;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final PlainHistory history = new PlainHistory();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    /** Guards the engine as the kernel does: calls go to the engine that is there. */
    private final Object slot = new Object();
    private WatchComponent engine = newEngine();

    @Test
    void everyClientIsToldEverythingOnceAndInOrder() throws Exception {
        List<Client> clients = new ArrayList<>();
        for (int i = 1; i <= STREAMS; i++) {
            clients.add(new Client(i));
        }
        Thread writer = Thread.ofPlatform().start(this::write);
        for (Client client : clients) {
            client.begin();
        }
        for (int i = 1; i <= SWAPS; i++) {
            await(history, i * REVISIONS / (SWAPS + 1));
            swap(clients);
        }
        writer.join();
        for (Client client : clients) {
            while (client.next.get() <= REVISIONS && failure.get() == null) {
                LockSupport.parkNanos(100_000);
            }
        }
        engine.deactivate();
        workers.shutdownNow();
        assertNull(failure.get(), () -> "" + failure.get());
        clients.forEach(client -> assertEquals(REVISIONS + 1, client.next.get()));
    }

    private void await(KeyHistory keyspace, long revision) {
        while (keyspace.revision() < revision && failure.get() == null) {
            LockSupport.parkNanos(100_000);
        }
    }

    private WatchComponent newEngine() {
        EventLog log = new EventLog(1 << 10, 1 << 24);
        Replies replies = new Replies(new HeaderProposals(ResponseHeader.getDefaultInstance()));
        ProgressTimer timer = new ProgressTimer(replies, Duration.ofMillis(100), 3);
        PastReader past = new PastReader(log, history, new Background(work -> {
            workers.execute(work);
            return true;
        }));
        return new WatchComponent(log, new WatchShard(past, replies, timer), new ThreadHost());
    }

    private void swap(List<Client> clients) {
        synchronized (slot) {
            var handover = engine.handOver().orElseThrow();
            Map<Long, WatchSink> sinks = new LinkedHashMap<>();
            clients.forEach(client -> {
                client.full = false;
                sinks.put(client.stream, client);
            });
            engine = newEngine();
            engine.takeOver(handover, sinks);
        }
    }

    /** The apply loop: batches of one to sixteen revisions. */
    private void write() {
        for (long revision = 1; revision <= REVISIONS; revision++) {
            Change change = history.add(revision);
            boolean last = revision == REVISIONS || revision % (1 + revision / 7 % 16) == 0;
            synchronized (slot) {
                engine.changed(revision, List.of(change));
                if (last) {
                    history.published.set(revision);
                    engine.published(revision);
                }
            }
        }
    }

    /** A client of every key from revision 1 on; each reply is checked as it comes, some make it slow. */
    private final class Client implements WatchSink {
        final long stream;
        final AtomicLong next = new AtomicLong(1);
        volatile boolean full;

        Client(long stream) {
            this.stream = stream;
        }

        void begin() {
            WatchCreateRequest request = WatchCreateRequest.newBuilder().setStartRevision(1).setPrevKv(stream % 2 == 0)
                    .setProgressNotify(stream % 3 == 0).setRangeEnd(ByteString.copyFrom(new byte[1])).build();
            synchronized (slot) {
                engine.open(stream, this);
                engine.create(stream, request);
            }
        }

        @Override
        public boolean send(WatchReply reply) {
            try {
                check(reply);
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
            if (next.get() % 37 == stream) {
                full = true;
                workers.execute(this::drain);
            }
            return !full;
        }

        private void drain() {
            LockSupport.parkNanos(20_000);
            synchronized (slot) {
                if (full) {
                    full = false;
                    engine.writable(stream);
                }
            }
        }

        private void check(WatchReply reply) throws Exception {
            if (full) {
                throw new AssertionError("not writable");
            }
            for (ByteString bytes : reply.events()) {
                Event event = Event.parseFrom(bytes);
                long revision = next.getAndIncrement();
                if (event.getKv().getModRevision() != revision || event.hasPrevKv() != (stream % 2 == 0 && revision > 8)) {
                    throw new AssertionError("instead of revision " + revision + ": " + event);
                }
                if (event.hasPrevKv() && event.getPrevKv().getModRevision() != revision - 8) {
                    throw new AssertionError("previous of " + event);
                }
            }
            if (reply.kind() == WatchReply.Kind.PROGRESS && reply.header().getRevision() >= next.get()) {
                throw new AssertionError("progress " + reply.header().getRevision() + " before " + next.get());
            }
        }

        @Override
        public void end(Refusal refusal) {
            failure.compareAndSet(null, new AssertionError("ended " + refusal));
        }
    }

    /** Eight keys in turn; revisions are written once and then only read. */
    private static final class PlainHistory implements KeyHistory {
        final Change[] changes = new Change[(int) REVISIONS + 1];
        final AtomicLong published = new AtomicLong();

        Change add(long revision) {
            KeyValue.Builder kv = KeyValue.newBuilder().setKey(ByteString.copyFromUtf8("k" + revision % 8)).setModRevision(revision);
            changes[(int) revision] = new Change(Change.Type.PUT, kv.getKey(), kv.build().toByteString(), revision <= 8);
            return changes[(int) revision];
        }

        @Override
        public long revision() {
            return published.get();
        }

        @Override
        public long compactRevision() {
            return -1;
        }

        @Override
        public Page read(long fromRevision, int mostRevisions, long mostBytes) {
            long current = published.get();
            List<Revision> revisions = new ArrayList<>();
            for (long revision = fromRevision; revision <= current && revisions.size() < mostRevisions; revision++) {
                revisions.add(new Revision(revision, List.of(changes[(int) revision])));
            }
            return new Page(revisions, fromRevision + revisions.size(), current);
        }

        @Override
        public Optional<ByteString> valueBefore(ByteString key, long revision) {
            return Optional.of(changes[(int) revision - 8].kv());
        }
    }

    /** One thread per loop. */
    private final class ThreadHost implements LoopHost {
        @Override
        public LoopHandle attach(LoopRole role, String name, Loop loop) {
            Stepper stepper = new Stepper(loop);
            stepper.thread.start();
            return stepper;
        }

        @Override
        public long nowNanos() {
            return System.nanoTime();
        }

        @Override
        public void runBlocking(String name, Runnable work) {
            throw new AssertionError("watching blocks nowhere");
        }
    }

    private final class Stepper implements LoopHandle {
        final Loop loop;
        final Thread thread = Thread.ofPlatform().unstarted(this::run);
        volatile boolean closed;

        Stepper(Loop loop) {
            this.loop = loop;
        }

        private void run() {
            while (!closed) {
                try {
                    if (loop.step(System.nanoTime()) == 0) {
                        LockSupport.parkNanos(1_000_000);
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                    return;
                }
            }
        }

        @Override
        public void wake() {
            LockSupport.unpark(thread);
        }

        @Override
        public void close() {
            closed = true;
            LockSupport.unpark(thread);
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
