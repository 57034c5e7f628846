package io.tenon.blackbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.Status;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Clients that never pause: writers of keys that are used once, a writer that reads back what it overwrites, linearizable readers of what
 * was acknowledged last, one watch, one stream of keep-alives. Nothing that goes wrong is forgiven; it is collected in {@link #wrong}.
 */
final class SwapLoad implements AutoCloseable {
    static final String PREFIX = "swap/";
    private static final String COUNTER = "counter";
    private static final int WRITERS = 4;
    private static final int READERS = 2;
    private static final long PROGRESS_SECONDS = 60;
    private static final int MOST_WRONG = 20;

    /** Revision of every acknowledged put of a key that is used once. */
    final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);
    private final AtomicLong nextKey = new AtomicLong();
    private final AtomicReference<Optional<Put>> newest = new AtomicReference<>(Optional.empty());
    private final List<AtomicLong> progress = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final RawCalls calls;
    private final SwapStreams streams;
    private volatile boolean stopping;

    private record Put(String key, long revision) {
    }

    /** What one client does again and again. */
    private interface Turn {
        void run() throws Exception;
    }

    SwapLoad(String endpoint) throws Exception {
        calls = new RawCalls(endpoint);
        streams = new SwapStreams(calls, this::wrong, longestNanos::accumulate);
        streams.open();
        for (int writer = 0; writer < WRITERS; writer++) {
            repeat("writer", this::put);
        }
        for (int reader = 0; reader < READERS; reader++) {
            repeat("reader", this::readNewest);
        }
        long[] counter = {0};
        repeat("counter", () -> count(counter));
        progress.add(streams.renewals());
        progress.add(streams.events());
    }

    private void repeat(String name, Turn turn) {
        AtomicLong turns = new AtomicLong();
        progress.add(turns);
        threads.add(Thread.ofPlatform().daemon().name(name).start(() -> {
            while (!stopping && wrong.size() < MOST_WRONG) {
                try {
                    turn.run();
                    turns.incrementAndGet();
                } catch (Exception | AssertionError failure) {
                    wrong(name + ": " + failure);
                }
            }
        }));
    }

    private void put() throws Exception {
        String key = PREFIX + nextKey.getAndIncrement();
        PutResponse response = ask("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(key)).build(),
                PutResponse.parser());
        Put done = new Put(key, response.getHeader().getRevision());
        acknowledged.put(key, done.revision);
        newest.accumulateAndGet(Optional.of(done), (before, now) ->
                before.isEmpty() || before.get().revision < now.orElseThrow().revision ? now : before);
    }

    /** Reads while it writes, so that applying it needs the engine's rows. */
    private void count(long[] counter) throws Exception {
        PutResponse response = ask("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(bytes(COUNTER))
                .setValue(bytes(String.valueOf(counter[0] + 1))).setPrevKv(true).build(), PutResponse.parser());
        String before = response.getPrevKv().getValue().toStringUtf8();
        if (!before.equals(counter[0] == 0 ? "" : String.valueOf(counter[0]))) {
            wrong("counter was \"" + before + "\" after " + counter[0]);
        }
        counter[0]++;
    }

    private void readNewest() throws Exception {
        Optional<Put> last = newest.get();
        if (last.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(1);
            return;
        }
        Put put = last.get();
        RangeResponse response = ask("etcdserverpb.KV/Range", RangeRequest.newBuilder().setKey(bytes(put.key)).build(),
                RangeResponse.parser());
        if (response.getKvsCount() != 1 || response.getKvs(0).getModRevision() != put.revision
                || response.getHeader().getRevision() < put.revision) {
            wrong("stale read: " + put + " was acknowledged, but read " + response);
        }
    }

    private <T extends Message> T ask(String method, Message request, Parser<T> parser) throws InvalidProtocolBufferException {
        long startNanos = System.nanoTime();
        RawCalls.Outcome outcome = calls.unary(method, request.toByteArray());
        longestNanos.accumulate(System.nanoTime() - startNanos);
        if (outcome.status().getCode() != Status.Code.OK) {
            throw new AssertionError(method + " failed: " + outcome.status());
        }
        return parser.parseFrom(outcome.messages().getFirst());
    }

    private void wrong(String what) {
        wrong.add(what);
    }

    /** Everything that went wrong so far. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    long leaseId() {
        return streams.leaseId();
    }

    /** The longest answer since this was last asked. */
    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestNanos.getThenReset());
    }

    /** Waits until every client got something done that it began after this was called. */
    void awaitProgress() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS);
        for (AtomicLong turns : progress) {
            long enough = turns.get() + 2;
            while (turns.get() < enough && wrong.isEmpty()) {
                if (System.nanoTime() - until > 0) {
                    wrong("a client made no progress for " + PROGRESS_SECONDS + " s: " + progress);
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    /** Ends the writers, and waits until the streams have everything that is theirs. */
    void finish() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
        streams.finish(acknowledged);
    }

    @Override
    public void close() {
        stopping = true;
        calls.close();
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
