package io.tenon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchReply.Kind;
import io.tenon.watch.FakeKeyspace.Op;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Watchers that are behind: what they are told, from where, and what that costs others. */
class LateWatchersTest {
    private final WatchWorld world = new WatchWorld();
    private final RecordedSink sink = new RecordedSink();
    private final long stream = world.open(sink);

    @Test
    void aWatcherFarBehindDelaysNeitherWritersNorOthers() {
        for (int i = 0; i < 100_000; i++) {
            world.commit(Op.put("old", "v" + i));
        }
        world.publish();
        RecordedSink other = new RecordedSink();
        world.create(world.open(other), "new", more -> more);
        world.settle();
        other.take();
        world.create(stream, "old", more -> more.setStartRevision(1));

        List<WatchReply> late = new ArrayList<>();
        int rounds = 0;
        while (late.stream().mapToInt(reply -> reply.events().size()).sum() < 100_000) {
            world.put("new", "v" + rounds);
            world.loops.step();
            assertEquals(List.of(revisionNow()), revisions(other.take()), "told in the step after the write");
            world.workers.runAll();
            late.addAll(sink.take());
            assertTrue(++rounds < 1000, "the late watcher does not come nearer");
        }
        assertTrue(rounds >= 50, "all came in " + rounds + " pieces");
        assertTrue(late.stream().allMatch(reply -> reply.events().size() <= WatchLimits.MOST_PASS_REVISIONS));
        world.put("old", "newest");
        world.settle();
        assertEquals(List.of(revisionNow()), revisions(sink.take()), "and goes along again");
    }

    @Test
    void manyLateWatchersShareTheReading() {
        for (int i = 0; i < 2000; i++) {
            world.commit(Op.put("k" + i % 500, "v" + i));
        }
        world.publish();
        for (int i = 0; i < 500; i++) {
            int key = i;
            world.create(stream, "k" + key, more -> more.setStartRevision(2));
        }
        world.settle();
        assertEquals(2000, sink.take().stream().mapToInt(reply -> reply.events().size()).sum());
        assertTrue(world.keyspace.reads() <= 4, world.keyspace.reads() + " reads");
    }

    @Test
    void aStartInThePastIsCancelledWhenItIsCompactedThoughTheLogStillHoldsIt() {
        world.create(stream, "a", more -> more);
        world.settle();
        for (int i = 0; i < 5; i++) {
            world.put("a", "v" + i);
        }
        world.settle();
        world.keyspace.compact(5);
        sink.take();
        world.create(stream, "a", more -> more.setStartRevision(2));
        world.settle();
        List<WatchReply> replies = sink.take();
        assertEquals(List.of(Kind.CREATED, Kind.CANCELED), replies.stream().map(WatchReply::kind).toList());
        assertEquals(5, replies.getLast().compactRevision());
        assertEquals(0, replies.getLast().header().getRevision());
        assertEquals("", replies.getLast().cancelReason());
    }

    @Test
    void aSlowClientIsNotCancelledByACompactionThatTheLogOutlives() {
        world.create(stream, "a", more -> more);
        world.settle();
        sink.slow(true);
        for (int i = 0; i < 5; i++) {
            world.put("a", "v" + i);
        }
        world.settle();
        world.keyspace.compact(world.keyspace.visible());
        assertEquals(2, sink.take().size(), "created, and the one reply that showed that it is slow");
        sink.slow(false);
        world.engine().writable(stream);
        world.settle();
        List<WatchReply> replies = sink.take();
        assertEquals(List.of(Kind.EVENTS), replies.stream().map(WatchReply::kind).toList());
        assertEquals(4, replies.getFirst().events().size());
        assertEquals(0, world.keyspace.reads());
    }

    @Test
    void nothingIsKeptForAClientThatDoesNotRead() {
        WatchWorld small = new WatchWorld(ResponseHeader.getDefaultInstance(), 64);
        RecordedSink slow = new RecordedSink();
        slow.slow(true);
        long number = small.open(slow);
        small.create(number, "a", more -> more);
        small.settle();
        for (int i = 0; i < 5000; i++) {
            small.put("a", "v" + i);
            small.loops.step();
        }
        small.settle();
        assertEquals(List.of(Kind.CREATED), kinds(slow.take()), "after it the client was too slow");
        slow.slow(false);
        small.engine().writable(number);
        small.settle();
        List<Long> told = revisions(slow.take());
        assertEquals(5000, told.size());
        assertEquals(told.stream().sorted().distinct().toList(), told);
        assertTrue(small.keyspace.reads() >= 4, "read from history, as the log is short");
    }

    @Test
    void aPieceThatIsReadOnTheLoopIsBounded() {
        for (int i = 0; i < 200; i++) {
            world.create(stream, "a", more -> more);
        }
        world.settle();
        sink.slow(true);
        for (int i = 0; i < 500; i++) {
            world.put("a", "v" + i);
        }
        world.settle();
        sink.slow(false);
        sink.take();
        world.engine().writable(stream);
        world.loops.step();
        int first = revisions(sink.take()).size();
        assertTrue(first > 0 && first <= WatchLimits.MOST_PASS_EVENTS + 200, first + " events in one step");
        world.settle();
        assertEquals(200 * 500 - 1, first + revisions(sink.take()).size(), "one event showed that the client is slow");
    }

    @Test
    void whoIsReadForButReadsNoMoreGetsThePieceLater() {
        for (int i = 0; i < 10; i++) {
            world.put("a", "v" + i);
        }
        world.create(stream, "a", more -> more.setStartRevision(2));
        world.loops.step();
        sink.slow(true);
        world.create(stream, "b", more -> more);
        world.loops.stepUntilIdle();
        world.settle();
        assertEquals(List.of(Kind.CREATED, Kind.CREATED), kinds(sink.take()));
        sink.slow(false);
        world.engine().writable(stream);
        world.settle();
        assertEquals(10, revisions(sink.take()).size());
    }

    @Test
    void readingGoesOnWhenTheWorkersHaveRoomAgain() {
        world.put("a", "1");
        world.settle();
        world.workers.full(true);
        world.create(stream, "a", more -> more.setStartRevision(2));
        world.settle();
        assertEquals(List.of(Kind.CREATED), kinds(sink.take()));
        assertTrue(world.loops.wakeAtNanos() <= world.loops.nowNanos() + WatchLimits.RETRY_NANOS, "wants to be stepped soon");
        world.workers.full(false);
        world.settle();
        assertEquals(List.of(), sink.take(), "not at once");
        world.loops.advance(Duration.ofNanos(WatchLimits.RETRY_NANOS));
        world.settle();
        assertEquals(List.of(2L), revisions(sink.take()));
    }

    @Test
    void aLongStallOfTheLoopIsBridgedByHistory() {
        WatchWorld small = new WatchWorld(ResponseHeader.getDefaultInstance(), 16);
        long number = small.open(sink);
        small.create(number, "a", more -> more);
        small.create(number, "a", more -> more.setPrevKv(true));
        small.settle();
        sink.take();
        for (int i = 0; i < 100; i++) {
            small.put("a", "v" + i);
        }
        small.settle();
        List<WatchReply> replies = sink.take();
        for (long id = 0; id < 2; id++) {
            long watcher = id;
            List<Long> told = revisions(replies.stream().filter(reply -> reply.watchId() == watcher).toList());
            assertEquals(LongStream.rangeClosed(2, 101).boxed().toList(), told);
        }
    }

    private long revisionNow() {
        return world.keyspace.visible();
    }

    private static List<Kind> kinds(List<WatchReply> replies) {
        return replies.stream().map(WatchReply::kind).toList();
    }

    private static List<Long> revisions(List<WatchReply> replies) {
        return replies.stream().flatMap(reply -> WatchWorld.response(reply).getEventsList().stream())
                .map(event -> event.getKv().getModRevision()).toList();
    }

    /** What a snapshot of the leader does: readers see revisions of which no change was ever told. */
    private void jump(int revisions) {
        for (int i = 0; i < revisions; i++) {
            world.keyspace.commit(List.of(FakeKeyspace.Op.put("a", "jumped " + i)));
        }
        world.publish();
    }

    @Test
    void aJumpOfTheKeyspaceIsBridgedByHistoryForSyncedWatchers() {
        world.create(stream, "a", more -> more);
        world.create(stream, "a", more -> more.setPrevKv(true));
        world.create(stream, "a", more -> more.setStartRevision(5));
        world.settle();
        sink.take();
        world.put("a", "before");
        world.settle();
        assertEquals(List.of(2L, 2L), revisions(sink.take()));
        jump(10);
        world.put("a", "after");
        world.settle();
        List<WatchReply> replies = sink.take();
        for (long id = 0; id < 3; id++) {
            long watcher = id;
            List<Long> told = revisions(replies.stream().filter(reply -> reply.watchId() == watcher).toList());
            assertEquals(LongStream.rangeClosed(id == 2 ? 5 : 3, 13).boxed().toList(), told, "watcher " + id);
        }
    }

    @Test
    void aJumpWhoseBeginningIsCompactedCancelsWithTheCompactRevision() {
        world.create(stream, "a", more -> more);
        world.create(stream, "a", more -> more.setStartRevision(9));
        world.settle();
        world.put("a", "before");
        world.settle();
        sink.take();
        world.keyspace.compact(8);
        jump(10);
        world.settle();
        List<WatchReply> replies = sink.take();
        List<WatchReply> cancelled = replies.stream().filter(reply -> reply.kind() == Kind.CANCELED).toList();
        assertEquals(1, cancelled.size());
        assertEquals(0, cancelled.getFirst().watchId());
        assertEquals(8, cancelled.getFirst().compactRevision());
        assertEquals(LongStream.rangeClosed(9, 12).boxed().toList(), revisions(replies), "the other one is told what it asked for");
    }
}
