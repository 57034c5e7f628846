package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import io.tenon.spi.state.Change;
import io.tenon.testkit.HandLoopHost;
import io.tenon.testkit.state.HandWorkers;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.mvccpb.KeyValue;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;

/**
 * What an event costs: on the apply loop per change, and on the watch loop per event delivered to a sink that does nothing. One thread, no
 * disk. Run {@code main}; the last of the rounds counts.
 */
final class WatchBench {
    /** Processor time of the thread, so that neighbours on the machine do not count. */
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 5;
    private static final int BATCH = 64;
    private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);
    private static final int KEYS = 10_000;
    private final FakeKeyspace nothing = new FakeKeyspace();
    private final HandLoopHost loops = new HandLoopHost();
    private final WatchComponent engine;
    private final Change[] changes = new Change[KEYS];
    private long delivered;
    private long revision = 1;

    private WatchBench() {
        EventLog log = new EventLog();
        Replies replies = new Replies(new HeaderProposals(ResponseHeader.newBuilder().setClusterId(-1).setMemberId(-2).build()));
        PastReader past = new PastReader(log, nothing, new Background(new HandWorkers()));
        engine = new WatchComponent(log, new WatchShard(past, replies, new ProgressTimer(replies, Duration.ofMinutes(10), 1)), loops);
        for (int i = 0; i < KEYS; i++) {
            KeyValue kv = KeyValue.newBuilder().setKey(key(i)).setModRevision(1_000_000).setValue(VALUE).build();
            changes[i] = new Change(Change.Type.PUT, kv.getKey(), kv.toByteString(), true);
        }
        engine.published(revision);
    }

    public static void main(String[] arguments) {
        new WatchBench().run("nobody watches", 2_000_000);
        new WatchBench().watch(100, i -> request(0)).run("100 watchers of one key", 64_000, 1);
        new WatchBench().watch(KEYS, WatchBench::request).run("10,000 watchers of one key each", 1_000_000);
        new WatchBench().watch(1000, i -> prefix("key-" + (1000 + i))).run("1,000 watchers of prefixes of ten keys each", 1_000_000);
        new WatchBench().watch(KEYS, i -> request(i).toBuilder().setKey(ByteString.copyFromUtf8("other" + i)).build())
                .run("10,000 watchers, none of these keys", 1_000_000);
        new WatchBench().watch(1000, i -> request(i).toBuilder().setPrevKv(true).build())
                .run("1,000 watchers with previous values", 1_000_000, 1000);
    }

    private static ByteString key(int i) {
        return ByteString.copyFromUtf8("key-" + (10_000 + i));
    }

    private static WatchCreateRequest request(int i) {
        return WatchCreateRequest.newBuilder().setKey(key(i)).build();
    }

    private static WatchCreateRequest prefix(String prefix) {
        byte[] end = ByteString.copyFromUtf8(prefix).toByteArray();
        end[end.length - 1]++;
        return WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(prefix)).setRangeEnd(ByteString.copyFrom(end)).build();
    }

    private interface Requests {
        WatchCreateRequest of(int i);
    }

    /** Ten watchers to a stream. */
    private WatchBench watch(int count, Requests requests) {
        for (int i = 0; i < count; i++) {
            if (i % 10 == 0) {
                engine.open(i / 10, new Counter());
            }
            engine.create(i / 10, requests.of(i));
        }
        loops.stepUntilIdle();
        return this;
    }

    private void run(String what, int revisions) {
        run(what, revisions, KEYS);
    }

    private void run(String what, int revisions, int keys) {
        for (int round = 1; round <= ROUNDS; round++) {
            delivered = 0;
            long applyNanos = 0;
            long watchNanos = 0;
            for (int i = 0; i < revisions; i += BATCH) {
                long start = CPU.getCurrentThreadCpuTime();
                for (int j = 0; j < BATCH; j++) {
                    engine.changed(++revision, List.of(changes[(i + j) % keys]));
                }
                engine.published(revision);
                long applied = CPU.getCurrentThreadCpuTime();
                loops.stepUntilIdle();
                applyNanos += applied - start;
                watchNanos += CPU.getCurrentThreadCpuTime() - applied;
            }
            if (round == ROUNDS) {
                System.out.printf("%-48s apply loop %5d ns a change, watch loop %6d ns a change, %4d ns an event of %d%n", what,
                        applyNanos / revisions, watchNanos / revisions, delivered == 0 ? 0 : watchNanos / delivered, delivered);
            }
        }
    }

    private final class Counter implements WatchSink {
        @Override
        public boolean send(WatchReply reply) {
            delivered += reply.events().size();
            return true;
        }

        @Override
        public void end(Refusal refusal) {
            throw new AssertionError(refusal.text());
        }
    }
}
