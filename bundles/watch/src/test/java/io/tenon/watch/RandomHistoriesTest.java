package io.tenon.watch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.watch.WatchSink;
import io.tenon.spi.state.Handover;
import io.tenon.watch.FakeKeyspace.Op;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest.FilterType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random clients, loads, compactions and hand-overs; each client checks what it is told against the slow obvious answer. */
class RandomHistoriesTest {
    private static final int SEEDS = Integer.getInteger("watch.seeds", 100);
    private static final int STEPS = 600;
    private long told;
    private long progressed;
    private long compacted;

    @Test
    void everyWatcherIsToldEverythingOnceAndInOrder() {
        long first = Long.getLong("watch.seed", 1);
        for (long seed = first; seed < first + SEEDS; seed++) {
            try {
                new History(seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(told > SEEDS * 100L, "too little was told: " + told);
        assertTrue(progressed > SEEDS, "too little progress: " + progressed);
        assertTrue(compacted > 0, "nothing was compacted away");
    }

    private final class History {
        final SplittableRandom random;
        final WatchWorld world;
        final Map<Long, ModelSink> sinks = new LinkedHashMap<>();
        /** How likely a client is too slow after a reply, in percent. */
        final int slowPercent;

        History(long seed) {
            random = new SplittableRandom(seed);
            slowPercent = random.nextInt(3) == 0 ? 0 : random.nextInt(60);
            world = new WatchWorld(ResponseHeader.getDefaultInstance(), 1 << random.nextInt(3, 10));
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                act();
            }
            world.workers.full(false);
            world.keyspace.away(false);
            world.loops.advance(Duration.ofSeconds(1));
            world.publish();
            world.settle(); // what was refused before is tried again later
            world.loops.advance(Duration.ofSeconds(1));
            world.settle();
            for (int i = 0; i < 10_000 && sinks.values().stream().anyMatch(ModelSink::full); i++) {
                sinks.forEach(this::writable);
                world.loops.advance(Duration.ofSeconds(1));
                world.settle();
            }
            sinks.values().forEach(ModelSink::checkComplete);
            for (ModelSink sink : sinks.values()) {
                count(sink);
            }
        }

        void count(ModelSink sink) {
            told += sink.events();
            progressed += sink.progress();
            compacted += sink.compacted();
        }

        void act() {
            int dice = random.nextInt(100);
            if (dice < 25) {
                commit();
            } else if (dice < 40) {
                world.publish();
            } else if (dice < 60) {
                world.loops.step();
            } else if (dice < 68) {
                world.workers.runAll();
            } else if (dice < 78) {
                onStream(this::create);
            } else if (dice < 81) {
                open();
            } else {
                rarer(dice);
            }
        }

        void rarer(int dice) {
            switch (dice) {
                case 81, 82 -> onStream(this::cancel);
                case 83 -> onStream(this::close);
                case 84 -> world.keyspace.compact(random.nextLong(world.keyspace.compacted(), world.keyspace.visible() + 1));
                case 85 -> handOver();
                case 86, 87, 88 -> onStream((number, sink) -> world.engine().requestProgress(number));
                case 89 -> world.loops.advance(Duration.ofMinutes(random.nextInt(12)));
                case 90 -> world.workers.full(random.nextBoolean());
                case 91 -> world.settle();
                case 92 -> world.keyspace.away(random.nextBoolean());
                default -> onStream(this::writable);
            }
            if (dice != 90 && dice != 92) {
                world.workers.full(false);
                world.keyspace.away(false);
                world.loops.advance(Duration.ofMillis(30));
            }
        }

        interface StreamAct {
            void on(long number, ModelSink sink);
        }

        void onStream(StreamAct act) {
            if (!sinks.isEmpty()) {
                long number = new ArrayList<>(sinks.keySet()).get(random.nextInt(sinks.size()));
                act.on(number, sinks.get(number));
            }
        }

        void open() {
            ModelSink sink = new ModelSink(world.keyspace, () -> random.nextInt(100) < slowPercent);
            sinks.put(world.open(sink), sink);
        }

        void create(long number, ModelSink sink) {
            WatchCreateRequest.Builder request = WatchCreateRequest.newBuilder().setPrevKv(random.nextInt(3) == 0)
                    .setProgressNotify(random.nextInt(4) == 0).setStartRevision(start()).setKey(ByteString.copyFromUtf8(key()));
            switch (random.nextInt(4)) {
                case 0 -> request.setKey(ByteString.copyFromUtf8("a")).setRangeEnd(ByteString.copyFromUtf8("b"));
                case 1 -> request.setRangeEnd(ByteString.copyFromUtf8("\0"));
                case 2 -> request.setRangeEnd(request.getKey().concat(ByteString.copyFromUtf8("~")));
                default -> { }
            }
            if (random.nextInt(6) == 0) {
                request.addFilters(random.nextBoolean() ? FilterType.NOPUT : FilterType.NODELETE);
            }
            if (random.nextInt(6) == 0) {
                request.setWatchId(random.nextInt(1, 8));
            }
            sink.asked(request.build());
            world.engine().create(number, request.build());
        }

        long start() {
            return switch (random.nextInt(3)) {
                case 0 -> 0;
                case 1 -> random.nextLong(-1, world.keyspace.visible() + 2);
                default -> Math.max(1, world.keyspace.visible() + random.nextLong(-8, 8));
            };
        }

        void cancel(long number, ModelSink sink) {
            if (!sink.ids().isEmpty()) {
                world.cancel(number, sink.ids().get(random.nextInt(sink.ids().size())));
            }
        }

        void close(long number, ModelSink sink) {
            world.engine().close(number);
            sink.close();
            sinks.remove(number);
            count(sink);
        }

        void writable(long number, ModelSink sink) {
            if (sink.full()) {
                sink.writable();
                world.engine().writable(number);
            }
        }

        void commit() {
            for (int i = random.nextInt(1, 8); i > 0; i--) {
                Map<String, Op> ops = new LinkedHashMap<>();
                for (int j = random.nextInt(1, 4); j > 0; j--) {
                    String key = key();
                    ops.put(key, random.nextInt(4) == 0 ? Op.delete(key) : Op.put(key, "v" + random.nextInt(1000)));
                }
                world.commit(ops.values().toArray(Op[]::new));
            }
        }

        String key() {
            return "abc".charAt(random.nextInt(3)) + Integer.toString(random.nextInt(4));
        }

        /** While no engine is there the world goes on; its events reach nobody. */
        void handOver() {
            Handover handover = world.engine().handOver().orElseThrow();
            for (int i = random.nextInt(4); i > 0; i--) {
                List<Op> ops = List.of(Op.put(key(), "meanwhile"));
                world.keyspace.commit(ops);
            }
            if (random.nextBoolean()) {
                world.keyspace.publish();
            }
            WatchComponent next = world.newEngine();
            Map<Long, WatchSink> all = new LinkedHashMap<>(sinks);
            sinks.values().forEach(ModelSink::writable);
            next.takeOver(handover, all);
            world.engine(next);
        }
    }
}
