package io.tenon.runtime.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.runtime.proposal.ProposalPipeline;
import io.tenon.runtime.proposal.RequestCodec;
import io.tenon.runtime.proposal.RequestIds;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.testkit.HandLoopHost;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplyLoopTest {
    private static final long TIMEOUT_NANOS = Duration.ofSeconds(7).toNanos();

    private final HandConsensus consensus = new HandConsensus();
    private final RecordingMachine machine = new RecordingMachine();
    private final Machines machines = new Machines();
    private final StorageCoordinator storage = new StorageCoordinator(new HandLoopHost(),
            new StorageCoordinator.BatchLimits(TimeUnit.MILLISECONDS.toNanos(100), 1000, 1 << 20, 1 << 24), Runnable::run);
    private final ProposalPipeline pipeline = new ProposalPipeline(new RequestCodec(Compat.V3_5), new RequestIds(1, 1000),
            new ProposalPipeline.Bounds(1000, TIMEOUT_NANOS, 16, 1 << 20), (kind, request) -> Optional.empty(), System::nanoTime);
    private final ApplyLoop loop = new ApplyLoop(machines, storage, pipeline,
            new ApplyLoop.Timing(LogMark.ZERO, TIMEOUT_NANOS, System::nanoTime, revision -> ResponseHeader.newBuilder().setRevision(revision).build()));
    private long nowNanos = System.nanoTime();

    @BeforeEach
    void start() {
        machines.add(machine);
        storage.attach(new EmptySession());
        pipeline.consensus(Optional.of(consensus));
        loop.consensus(Optional.of(consensus));
        loop.mustRun(() -> loop.pause(false));
        step();
        machine.happened.clear();
    }

    private void step() {
        loop.step(++nowNanos);
    }

    private RecordedReply<Object> put(String key) {
        RecordedReply<Object> reply = new RecordedReply<>();
        PutRequest put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        pipeline.propose(InternalRaftRequest.newBuilder().setPut(put).build(), reply);
        return reply;
    }

    @Test
    void anAnswerComesAfterReadersSeeWhatItSays() {
        RecordedReply<Object> reply = put("a");
        step();
        assertFalse(reply.done());
        loop.committed(consensus.commit());
        step();
        assertEquals(List.of("apply a awaited", "publish"), machine.happened);
        assertTrue(reply.done());
        assertEquals(new LogMark(2, 1), loop.applied());
    }

    @Test
    void entriesOfOneBatchArePublishedOnce() {
        put("a");
        put("b");
        put("c");
        loop.committed(consensus.commit());
        step();
        assertEquals(List.of("apply a awaited", "apply b awaited", "apply c awaited", "publish"), machine.happened);
    }

    @Test
    void anEntryOfAnotherMemberIsAppliedWithoutSomebodyWaiting() {
        put("a");
        Entry foreign = consensus.commit().getFirst();
        InternalRaftRequest request = RequestCodec.parse(foreign.data()).toBuilder().clearHeader().build();
        loop.committed(List.of(new Entry(2, 1, EntryType.NORMAL, new RequestCodec(Compat.V3_5).encode(request, 4711))));
        step();
        assertEquals(List.of("apply a", "publish"), machine.happened);
    }

    @Test
    void aRefusalIsAnAnswerAndTheEntryIsApplied() {
        RecordedReply<Object> reply = put("refused");
        loop.committed(consensus.commit());
        step();
        assertEquals(Refusals.KEY_NOT_FOUND, reply.refusal());
        assertEquals(1, loop.applied().index());
    }

    @Test
    void anEntryThatNoMachineAppliesStopsTheLoopBeforeIt() {
        RecordedReply<Object> before = put("a");
        RecordedReply<Object> lease = new RecordedReply<>();
        pipeline.propose(InternalRaftRequest.newBuilder().setLeaseGrant(LeaseGrantRequest.newBuilder().setTTL(1)).build(), lease);
        RecordedReply<Object> after = put("b");
        loop.committed(consensus.commit());
        step();
        step();
        assertTrue(before.done());
        assertFalse(lease.done());
        assertFalse(after.done());
        assertEquals(1, loop.applied().index());
    }

    @Test
    void aPausedLoopAppliesNothingAndGoesOnWhereItStopped() {
        loop.mustRun(() -> loop.pause(true));
        RecordedReply<Object> reply = put("a");
        loop.committed(consensus.commit());
        step();
        assertEquals(List.of(), machine.happened);
        assertEquals(0, loop.entriesBehind(), "what waits for a replacement is no lag");
        loop.mustRun(() -> loop.pause(false));
        step();
        assertTrue(reply.done());
    }

    @Test
    void withoutAnEngineNothingIsApplied() {
        storage.detach();
        RecordedReply<Object> reply = put("a");
        loop.committed(consensus.commit());
        step();
        assertFalse(reply.done());
        storage.attach(new EmptySession());
        step();
        assertTrue(reply.done());
    }

    @Test
    void entriesThatASnapshotHasOvertakenAreDroppedAndThoseBehindItApplied() {
        LogMark five = new LogMark(2, 5);
        loop.onSnapshot(snapshot -> loop.replacing(five));
        RecordedReply<Object> overtaken = put("a");
        put("b");
        List<Entry> entries = consensus.commit();
        loop.committed(entries.subList(0, 1));
        loop.committed(entries.subList(1, 2));
        loop.snapshot(new Snapshot(5, 2, ConfState.EMPTY, ByteString.EMPTY));
        put("c");
        loop.committed(List.of(new Entry(2, 6, EntryType.NORMAL, consensus.commit().getFirst().data())));
        RecordedReply<Long> read = new RecordedReply<>();
        loop.awaitLinearizable(read);
        consensus.reads.removeFirst().confirmed(5);
        step();
        step();
        assertEquals(List.of(), machine.happened);
        assertEquals(0, loop.applied().index());
        assertFalse(read.done());
        loop.mustRun(() -> loop.replaced(five));
        step();
        assertEquals(List.of("apply c awaited", "publish"), machine.happened);
        assertEquals(6, loop.applied().index());
        assertEquals(5L, read.answer());
        assertFalse(overtaken.done(), "its time goes by");
    }

    @Test
    void whatIsBehindASnapshotWaitsForItAlsoWhenBothComeWhileAnEntryIsApplied() {
        LogMark five = new LogMark(2, 5);
        loop.onSnapshot(snapshot -> loop.replacing(five));
        put("a");
        loop.committed(consensus.commit());
        put("c");
        List<Entry> behind = List.of(new Entry(2, 6, EntryType.NORMAL, consensus.commit().getFirst().data()));
        machine.meanwhile = () -> {
            machine.meanwhile = () -> { };
            loop.snapshot(new Snapshot(5, 2, ConfState.EMPTY, ByteString.EMPTY));
            loop.committed(behind);
        };
        step();
        step();
        assertEquals(1, loop.applied().index());
        loop.mustRun(() -> loop.replaced(five));
        step();
        assertEquals(List.of("apply a awaited", "publish", "apply c awaited", "publish"), machine.happened);
        assertEquals(6, loop.applied().index());
    }

    @Test
    void aSnapshotOfWhatIsAppliedAlreadyIsABug() {
        put("a");
        loop.committed(consensus.commit());
        step();
        loop.onSnapshot(snapshot -> loop.replacing(new LogMark(snapshot.term(), snapshot.index())));
        loop.snapshot(new Snapshot(1, 2, ConfState.EMPTY, ByteString.EMPTY));
        assertThrows(IllegalStateException.class, this::step);
    }

    @Test
    void aGapInTheLogIsABug() {
        put("a");
        put("b");
        loop.committed(consensus.commit().subList(1, 2));
        assertThrows(IllegalStateException.class, this::step);
    }

    @Test
    void aLinearizableReadWaitsUntilItsIndexIsApplied() {
        put("a");
        RecordedReply<Long> read = new RecordedReply<>();
        loop.awaitLinearizable(read);
        consensus.reads.removeFirst().confirmed(1);
        step();
        assertFalse(read.done());
        loop.committed(consensus.commit());
        step();
        assertEquals(1L, read.answer());
    }

    @Test
    void aFailedReadRoundIsAskedAgainAndTimesOutInTheEnd() {
        RecordedReply<Long> read = new RecordedReply<>();
        loop.awaitLinearizable(read);
        consensus.reads.removeFirst().failed();
        nowNanos += TimeUnit.MILLISECONDS.toNanos(200);
        step();
        assertEquals(1, consensus.reads.size(), "asked again");
        consensus.reads.removeFirst().failed();
        nowNanos += 2 * TIMEOUT_NANOS;
        step();
        assertEquals(Refusals.REQUEST_TIMED_OUT, read.refusal());
    }

    @Test
    void aProposalThatIsNeverCommittedTimesOut() {
        RecordedReply<Object> reply = put("a");
        nowNanos += 2 * TIMEOUT_NANOS;
        step();
        assertEquals(Refusals.REQUEST_TIMED_OUT, reply.refusal());
    }

    @Test
    void noMoreProposalsWaitThanTheLimit() {
        for (int count = 0; count < 16; count++) {
            put("a");
        }
        assertEquals(Refusals.TOO_MANY_REQUESTS, put("one more").refusal());
    }

    @Test
    void aRequestOverTheSizeLimitIsRefusedBeforeItIsLogged() {
        assertEquals(Refusals.REQUEST_IS_TOO_LARGE, put("k".repeat(1001)).refusal());
        assertEquals(0, consensus.proposed.size());
    }

    @Test
    void whatWaitsIsToldThatTheServerStops() {
        RecordedReply<Object> reply = put("a");
        loop.stop();
        assertEquals(Refusals.SERVER_STOPPED, reply.refusal());
        assertEquals(Refusals.SERVER_STOPPED, put("b").refusal());
    }
}
