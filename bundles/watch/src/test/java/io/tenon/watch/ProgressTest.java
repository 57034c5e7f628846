package io.tenon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchReply.Kind;
import io.tenon.watch.FakeKeyspace.Op;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Progress: asked for, and by the clock. */
class ProgressTest {
    private static final Duration ROUND = WatchWorld.PROGRESS_INTERVAL.multipliedBy(11).dividedBy(10);
    private final WatchWorld world = new WatchWorld();
    private final RecordedSink sink = new RecordedSink();
    private final long stream = world.open(sink);

    @Test
    void theAnswerComesAfterTheEventsItSpeaksOf() {
        world.create(stream, "a", more -> more.setPrevKv(true));
        world.put("a", "1");
        world.settle();
        world.commit(Op.put("b", "1"), Op.delete("a"));
        world.publish();
        world.engine().requestProgress(stream);
        sink.take();
        world.settle();
        List<WatchReply> replies = sink.take();
        assertEquals(List.of(Kind.EVENTS, Kind.PROGRESS), kinds(replies));
        assertEquals(world.keyspace.visible(), replies.getLast().header().getRevision());
        assertEquals(-1, replies.getLast().watchId());
    }

    @Test
    void theAnswerWaitsForPreviousValuesThatAreBeingRead() {
        world.put("a", "1");
        world.create(stream, "a", more -> more.setPrevKv(true));
        world.settle();
        sink.take();
        world.put("a", "2");
        world.engine().requestProgress(stream);
        world.loops.stepUntilIdle();
        assertEquals(List.of(), sink.take());
        world.settle();
        assertEquals(List.of(Kind.EVENTS, Kind.PROGRESS), kinds(sink.take()));
    }

    @Test
    void aLateStreamGetsNoAnswerAtAll() {
        world.put("a", "1");
        world.create(stream, "a", more -> more.setStartRevision(1));
        world.engine().requestProgress(stream);
        world.settle();
        assertEquals(List.of(Kind.CREATED, Kind.EVENTS), kinds(sink.take()));
    }

    @Test
    void oneWatcherThatWaitsForTheNextRevisionIsEnoughForNoAnswer() {
        world.create(stream, "a", more -> more);
        world.create(stream, "a", more -> more.setStartRevision(2));
        world.engine().requestProgress(stream);
        world.settle();
        assertEquals(List.of(Kind.CREATED, Kind.CREATED), kinds(sink.take()));
        world.put("b", "1");
        world.engine().requestProgress(stream);
        world.settle();
        assertEquals(List.of(Kind.PROGRESS), kinds(sink.take()));
    }

    @Test
    void aClientThatDoesNotReadIsAnsweredWhenItReads() {
        world.create(stream, "a", more -> more);
        sink.slow(true);
        world.settle();
        world.engine().requestProgress(stream);
        world.settle();
        assertEquals(List.of(Kind.CREATED), kinds(sink.take()));
        sink.slow(false);
        world.engine().writable(stream);
        world.settle();
        assertEquals(List.of(Kind.PROGRESS), kinds(sink.take()));
    }

    @Test
    void aQuietWatcherIsToldHowFarItIsOnceEachInterval() {
        world.create(stream, "a", more -> more.setProgressNotify(true));
        world.create(stream, "a", more -> more);
        world.settle();
        world.put("b", "1");
        world.settle();
        sink.take();
        world.loops.advance(WatchWorld.PROGRESS_INTERVAL.multipliedBy(89).dividedBy(100));
        world.settle();
        assertEquals(List.of(), sink.take(), "too early");
        world.loops.advance(WatchWorld.PROGRESS_INTERVAL.multipliedBy(22).dividedBy(100));
        world.settle();
        List<WatchReply> replies = sink.take();
        assertEquals(List.of(Kind.PROGRESS), kinds(replies), "one of the two asked for it");
        assertEquals(0, replies.getFirst().watchId());
        assertEquals(world.keyspace.visible(), replies.getFirst().header().getRevision());
    }

    @Test
    void whoWasToldSomethingIsNotTold() {
        world.create(stream, "a", more -> more.setProgressNotify(true));
        world.settle();
        world.put("a", "1");
        world.settle();
        sink.take();
        world.loops.advance(ROUND);
        world.settle();
        assertEquals(List.of(), sink.take());
        world.loops.advance(ROUND);
        world.settle();
        assertEquals(List.of(Kind.PROGRESS), kinds(sink.take()), "quiet for a whole interval now");
    }

    @Test
    void whoWaitsForTheFutureOrDoesNotReadIsNotTold() {
        world.create(stream, "a", more -> more.setProgressNotify(true).setStartRevision(9));
        RecordedSink slow = new RecordedSink();
        slow.slow(true);
        world.create(world.open(slow), "a", more -> more.setProgressNotify(true));
        world.settle();
        sink.take();
        slow.take();
        world.loops.advance(ROUND);
        world.settle();
        assertEquals(List.of(), sink.take());
        assertEquals(List.of(), slow.take());
    }

    @Test
    void roundsAreUpToATenthLongerOrShorterAndNeverCloserThanATenthOfASecond() {
        Replies replies = new Replies(new HeaderProposals(ResponseHeader.getDefaultInstance()));
        long seed = new SplittableRandom(1).nextLong();
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ProgressTimer timer = new ProgressTimer(replies, Duration.ofNanos(1), seed + i);
            Lane lane = new Lane(new EventLog(16, 1000), replies, watcher -> { });
            KeyRange range = new KeyRange(ByteString.copyFromUtf8("a"), ByteString.EMPTY);
            WatcherSpec spec = new WatcherSpec(1, range, 0, Set.of(WatcherSpec.Trait.PROGRESS_NOTIFY));
            timer.added(new Watcher(new ClientStream(1, sink), spec, lane), 0);
            delays.add(timer.wakeAtNanos());
        }
        assertTrue(delays.stream().allMatch(delay -> delay >= 90_000_000 && delay <= 110_000_000), delays.toString());
        assertTrue(delays.stream().distinct().count() > 100, "they differ");
    }

    private static List<Kind> kinds(List<WatchReply> replies) {
        return replies.stream().map(WatchReply::kind).toList();
    }
}
