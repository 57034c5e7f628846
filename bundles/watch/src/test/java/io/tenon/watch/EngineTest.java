package io.tenon.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchReply.Kind;
import io.tenon.api.watch.WatchSink;
import io.tenon.spi.state.Handover;
import io.tenon.watch.FakeKeyspace.Op;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.mvccpb.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The engine's answers, its limits, and how it is replaced. */
class EngineTest {
    private final WatchWorld world = new WatchWorld();
    private final RecordedSink sink = new RecordedSink();
    private final long stream = world.open(sink);

    @Test
    void allWatchersOfAChangeShareItsBytes() {
        RecordedSink other = new RecordedSink();
        long second = world.open(other);
        world.create(stream, "a", more -> more);
        world.create(second, "", more -> more.setRangeEnd(ByteString.copyFromUtf8("\0")));
        world.settle();
        sink.take();
        other.take();
        world.put("a", "1");
        world.settle();
        assertSame(sink.take().getFirst().events().getFirst(), other.take().getFirst().events().getFirst());
    }

    @Test
    void previousValuesAreReadOnceForAllAndThenKnown() {
        world.put("a", "0");
        for (int i = 0; i < 10; i++) {
            world.create(stream, "a", more -> more.setPrevKv(true));
        }
        world.settle();
        sink.take();
        for (int i = 1; i <= 5; i++) {
            world.put("a", Integer.toString(i));
            world.settle();
        }
        assertEquals(1, world.keyspace.lookups());
        List<Event> events = sink.take().stream().map(reply -> WatchWorld.response(reply).getEvents(0)).toList();
        assertEquals(50, events.size());
        assertTrue(events.stream().allMatch(event -> value(event.getPrevKv().getValue()) == value(event.getKv().getValue()) - 1));
    }

    @Test
    void largeValuesArriveWhole() {
        String large = "x".repeat(3 * WatchLimits.MOST_COPIED_EVENT_BYTES);
        world.create(stream, "a", more -> more.setPrevKv(true).setFragment(true));
        world.put("a", large);
        world.settle();
        world.put("a", "y" + large);
        world.settle();
        WatchReply reply = sink.take().getLast();
        Event event = WatchWorld.response(reply).getEvents(0);
        assertEquals("y" + large, event.getKv().getValue().toStringUtf8());
        assertEquals(large, event.getPrevKv().getValue().toStringUtf8());
        assertTrue(reply.fragmentAllowed());
    }

    @Test
    void afterARestartTheCurrentRevisionComesFromHistory() {
        world.keyspace.commit(List.of(Op.put("a", "1")));
        world.keyspace.publish();
        world.create(stream, "a", more -> more);
        world.settle();
        assertEquals(2, sink.take().getFirst().header().getRevision());
    }

    @Test
    void aBatchWakesTheLoopOnceAndNobodyWatchingNever() {
        world.settle();
        int before = world.loops.wakes();
        world.put("a", "1");
        assertEquals(before, world.loops.wakes());
        world.create(stream, "a", more -> more);
        world.settle();
        before = world.loops.wakes();
        world.commit(Op.put("a", "2"));
        world.commit(Op.put("a", "3"));
        world.publish();
        world.publish();
        assertEquals(before + 1, world.loops.wakes());
    }

    @Test
    void aClosedStreamIsToldNothingMore() {
        world.create(stream, "a", more -> more);
        world.settle();
        sink.take();
        world.put("a", "1");
        world.engine().close(stream);
        world.settle();
        world.engine().close(stream);
        world.cancel(stream, 0);
        world.settle();
        assertEquals(List.of(), sink.take());
    }

    @Test
    void aStreamWhoseRequestsFindNoRoomIsEnded() {
        for (int i = 0; i <= WatchLimits.MOST_WAITING_REQUESTS; i++) {
            world.engine().requestProgress(stream);
        }
        world.settle();
        assertEquals(Optional.of(Refusals.TOO_MANY_REQUESTS), sink.ended());
    }

    @Test
    void aStreamThatIsOwedTooMuchIsEnded() {
        sink.slow(true);
        for (int i = 0; i < WatchLimits.MOST_OWED_ANSWERS + 2; i++) {
            world.create(stream, "a", more -> more.setStartRevision(-1));
            if (i % 1000 == 0) {
                world.settle();
            }
        }
        world.settle();
        assertEquals(Optional.of(Refusals.TOO_MANY_REQUESTS), sink.ended());
    }

    @Test
    void whatIsOwedComesInOrderAndBeforeEvents() {
        sink.slow(true);
        world.create(stream, "a", more -> more);
        world.create(stream, "b", more -> more);
        world.put("a", "1");
        world.settle();
        assertEquals(List.of(Kind.CREATED), kinds(sink.take()));
        world.put("b", "1");
        world.cancel(stream, 0);
        world.settle();
        sink.slow(false);
        world.engine().writable(stream);
        world.settle();
        assertEquals(List.of(Kind.CREATED, Kind.CANCELED, Kind.EVENTS), kinds(sink.take()));
    }

    @Test
    void afterHandingOverNoSinkIsCalled() {
        world.create(stream, "a", more -> more);
        world.settle();
        sink.take();
        WatchComponent old = world.engine();
        old.handOver();
        world.put("a", "1");
        assertEquals(0, world.loops.attached());
        world.settle();
        assertEquals(List.of(), sink.take());
    }

    @Test
    void handedOverStateIsMadeOfTypesThatOutliveTheBundle() {
        sink.slow(true);
        world.create(stream, "a", more -> more.setPrevKv(true).setProgressNotify(true));
        world.settle();
        world.cancel(stream, 0);
        world.create(stream, "b", more -> more);
        world.engine().requestProgress(stream);
        world.settle();
        world.create(stream, "c", more -> more);
        world.cancel(stream, 1);
        world.engine().requestProgress(stream);
        Handover handover = world.engine().handOver().orElseThrow();
        List<Class<?>> seen = new ArrayList<>();
        collect(handover.content(), seen);
        assertTrue(seen.contains(WatchCreateRequest.class) && seen.contains(WatchReply.class), seen.toString());
        assertTrue(seen.stream().noneMatch(type -> type.getName().startsWith("io.tenon.watch.")), seen.toString());
    }

    @Test
    void stateOfAnUnknownVersionEndsTheStreams() {
        WatchComponent next = world.newEngine();
        next.takeOver(new Handover("watch", ParkedForm.FORMAT + 1, List.of()), Map.of(stream, sink));
        assertFalse(sink.ended().isEmpty());
    }

    @Test
    void aStreamThatWasOpenedButNeverUsedGoesOnAfterAHandOver() {
        Handover handover = world.engine().handOver().orElseThrow();
        WatchComponent next = world.newEngine();
        next.takeOver(handover, Map.<Long, WatchSink>of(stream, sink));
        world.engine(next);
        world.create(stream, "a", more -> more);
        world.put("a", "1");
        world.settle();
        assertEquals(Kind.CREATED, sink.take().getFirst().kind());
    }

    private static void collect(Object value, List<Class<?>> seen) {
        seen.add(value.getClass());
        if (value instanceof List<?> list) {
            list.forEach(element -> collect(element, seen));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((name, element) -> {
                collect(name, seen);
                collect(element, seen);
            });
        }
    }

    private static long value(ByteString value) {
        return Long.parseLong(value.toStringUtf8());
    }

    private static List<Kind> kinds(List<WatchReply> replies) {
        return replies.stream().map(WatchReply::kind).toList();
    }
}
