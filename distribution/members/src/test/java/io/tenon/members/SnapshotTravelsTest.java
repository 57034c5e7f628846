package io.tenon.members;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.api.kv.RangeResult;
import io.tenon.cluster.database.EtcdDatabase;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.StorageEngine;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.storage.memory.MemoryEngine;
import io.tenon.storage.mvstore.MvStoreEngine;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SnapshotTravelsTest {
    @TempDir
    Path folder;

    private HandCluster cluster;

    private HandCluster start(StorageEngine engine) throws Exception {
        cluster = new HandCluster(folder, engine);
        return cluster;
    }

    @AfterEach
    void stop() {
        cluster.stop();
    }

    static Stream<StorageEngine> engines() {
        return Stream.of(new MemoryEngine(), new MvStoreEngine());
    }

    private OutgoingSnapshot nextHeld() {
        cluster.until("a snapshot is sent", () -> !cluster.snapshots.isEmpty());
        return cluster.snapshots.remove();
    }

    private static InputStream export(OutgoingSnapshot snapshot) throws IOException {
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        snapshot.writeTo(export);
        return new ByteArrayInputStream(export.toByteArray());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aFollowerThatFellBehindGetsASnapshotAndGoesOn(StorageEngine engine) throws Exception {
        start(engine).fallBehind("c");
        cluster.heal("c");
        cluster.until("a snapshot", () -> !cluster.snapshotIndexes.isEmpty());
        cluster.fill("after", 5);
        cluster.converge();
        assertEquals(1, cluster.snapshotIndexes.size());
        assertEquals(1, cluster.member("c").read("after4", true).answer().count());
        assertEquals(List.of("2-" + engine.id()), cluster.member("c").folders());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void theStateTravelsAsTheDatabaseOfEtcdToo(StorageEngine engine) throws Exception {
        start(engine).form = Form.DATABASE;
        Member behind = cluster.fallBehind("c");
        cluster.heal("c");
        cluster.until("a snapshot", () -> !cluster.snapshotIndexes.isEmpty());
        cluster.fill("after", 5);
        cluster.converge();
        assertEquals(1, cluster.snapshotIndexes.size());
        assertEquals(1, behind.read("after4", true).answer().count());
        assertEquals(List.of("2-" + engine.id()), behind.folders());
        assertEquals(List.of(), behind.receivedDatabases());
    }

    @Test
    void aBrokenDatabaseIsRefusedAndLeavesNothing() throws Exception {
        start(new MemoryEngine()).form = Form.DATABASE;
        Member behind = cluster.fallBehind("c");
        AtomicInteger broken = new AtomicInteger(3);
        cluster.wire = stream -> switch (broken.getAndDecrement()) {
            case 3 -> new ByteArrayInputStream(read(stream, 5_000));
            case 2 -> new ByteArrayInputStream(new byte[20_000]);
            case 1 -> otherKindOfPage(stream);
            default -> stream;
        };
        cluster.heal("c");
        cluster.until("three were refused", () -> cluster.refusals.size() == 3);
        assertEquals(List.of("1-memory"), behind.folders());
        assertEquals(List.of(), behind.receivedDatabases());
        assertTrue(cluster.refusals.stream().allMatch(text -> text.contains("page")), cluster.refusals.toString());
        cluster.converge();
        assertEquals(List.of(), behind.failures);
    }

    private static InputStream otherKindOfPage(InputStream stream) {
        byte[] bytes = read(stream, Integer.MAX_VALUE);
        bytes[2 * 4096 + 8] ^= 4;
        return new ByteArrayInputStream(bytes);
    }

    @Test
    void aDatabaseOfAnotherPlaceThanItsMessageIsRefused() throws Exception {
        start(new MemoryEngine());
        Member behind = cluster.fallBehind("c");
        cluster.snapshotsHeld = true;
        cluster.heal("c");
        OutgoingSnapshot first = nextHeld();
        ByteArrayOutputStream stateOfFirst = new ByteArrayOutputStream();
        first.writeDatabaseTo(stateOfFirst);
        first.ended(SnapshotOutcome.FAILED);
        cluster.fill("between", 2);
        OutgoingSnapshot second = nextHeld();
        String refusal = assertThrows(IOException.class, () -> behind.parts.snapshots().inbox()
                .receiveDatabase(second.message(), new ByteArrayInputStream(stateOfFirst.toByteArray()))).getMessage();
        assertTrue(refusal.contains("the message before it says"), refusal);
        assertEquals(List.of("1-memory"), behind.folders());
        assertEquals(List.of(), behind.receivedDatabases());
        cluster.deliver(second);
        cluster.converge();
    }

    @Test
    void withoutTheBundleThatKnowsDatabasesNoneTravels() throws Exception {
        start(new MemoryEngine()).form = Form.DATABASE;
        Member behind = cluster.fallBehind("c");
        behind.databases.form(Optional.empty());
        cluster.heal("c");
        cluster.until("it is refused", () -> !cluster.refusals.isEmpty());
        assertEquals("no bundle is deployed that knows etcd's database file", cluster.refusals.getFirst());
        behind.databases.form(Optional.of(new EtcdDatabase()));
        cluster.converge();
    }

    @Test
    void theStateThatIsSentIsTheNewestAndNotThatOfTheLastSnapshotOnDisk() throws Exception {
        start(new MemoryEngine()).fallBehind("c");
        cluster.fill("newest", 3);
        long applied = cluster.leader().applied();
        cluster.snapshotsHeld = true;
        cluster.heal("c");
        OutgoingSnapshot sent = nextHeld();
        assertTrue(sent.message().snapshot().index() >= applied, sent.message().snapshot().index() + " of " + applied);
        assertEquals(3, sent.message().snapshot().confState().voters().size());
        assertTrue(sent.message().snapshot().data().toStringUtf8().contains("http://localhost:3"));
        cluster.deliver(sent);
    }

    @Test
    void aBrokenStreamIsRefusedAndLeavesNothing() throws Exception {
        start(new MemoryEngine()).fallBehind("c");
        AtomicInteger broken = new AtomicInteger(3);
        cluster.wire = stream -> switch (broken.getAndDecrement()) {
            case 3 -> new ByteArrayInputStream(read(stream, 5_000));
            case 2 -> flipped(stream);
            case 1 -> new SequenceInputStream(stream, new ByteArrayInputStream(new byte[1]));
            default -> stream;
        };
        cluster.heal("c");
        cluster.until("three were refused", () -> cluster.refusals.size() == 3);
        assertEquals(List.of("1-memory"), cluster.member("c").folders());
        assertTrue(cluster.refusals.stream().allMatch(text -> text.contains("did not arrive whole")), cluster.refusals.toString());
        cluster.converge();
        assertEquals(List.of(), cluster.member("c").failures);
    }

    private static byte[] read(InputStream stream, int bytes) {
        try {
            return stream.readNBytes(bytes);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static InputStream flipped(InputStream stream) {
        byte[] bytes = read(stream, Integer.MAX_VALUE);
        bytes[bytes.length / 2] ^= 4;
        return new ByteArrayInputStream(bytes);
    }

    @Test
    void aStreamOfAnotherPlaceThanItsMessageIsRefused() throws Exception {
        Member behind = start(new MemoryEngine()).fallBehind("c");
        cluster.snapshotsHeld = true;
        cluster.heal("c");
        OutgoingSnapshot first = nextHeld();
        InputStream stateOfFirst = export(first);
        first.ended(SnapshotOutcome.FAILED);
        cluster.fill("between", 2);
        OutgoingSnapshot second = nextHeld();
        String refusal = assertThrows(IOException.class,
                () -> behind.parts.snapshots().inbox().receiveSnapshot(second.message(), stateOfFirst)).getMessage();
        assertTrue(refusal.contains("the message before it says"), refusal);
        assertEquals(List.of("1-memory"), behind.folders());
        cluster.deliver(second);
        cluster.converge();
    }

    @Test
    void whileOneIsReceivedAnotherIsRefused() throws Exception {
        Member behind = start(new MemoryEngine()).fallBehind("c");
        cluster.snapshotsHeld = true;
        cluster.heal("c");
        OutgoingSnapshot sent = nextHeld();
        Message message = sent.message();
        InputStream export = export(sent);
        InputStream meeting = new InputStream() {
            private boolean met;

            @Override
            public int read() throws IOException {
                if (!met) {
                    met = true;
                    String refusal = assertThrows(IOException.class,
                            () -> behind.parts.snapshots().inbox().receiveSnapshot(message, InputStream.nullInputStream())).getMessage();
                    assertTrue(refusal.contains("another snapshot"), refusal);
                }
                return export.read();
            }
        };
        behind.parts.snapshots().inbox().receiveSnapshot(message, meeting);
        String refusal = assertThrows(IOException.class,
                () -> behind.parts.snapshots().inbox().receiveSnapshot(message, InputStream.nullInputStream())).getMessage();
        assertTrue(refusal.contains("another snapshot"), "it is not installed yet: " + refusal);
        sent.ended(SnapshotOutcome.DELIVERED);
        cluster.converge();
        assertEquals(List.of("2-memory"), behind.folders());
    }

    @Test
    void aSnapshotOfADeposedLeaderIsThrownAwayAndTheNextOneTaken() throws Exception {
        Member behind = start(new MemoryEngine()).fallBehind("c");
        cluster.snapshotsHeld = true;
        cluster.heal("c");
        OutgoingSnapshot old = nextHeld();
        String deposed = cluster.leader().name;
        cluster.cut(deposed);
        cluster.until("another leader", cluster::hasLeader);
        cluster.until("the follower knows it", () -> behind.status().leader() == cluster.leader().id());
        OutgoingSnapshot next = nextHeld();
        behind.parts.snapshots().inbox().receiveSnapshot(old.message(), export(old));
        assertEquals(2, behind.folders().size());
        cluster.until("it is thrown away", () -> foldersOf(behind) == 1);
        assertTrue(behind.applied() < old.message().snapshot().index());
        old.ended(SnapshotOutcome.DELIVERED);
        cluster.snapshotsHeld = false;
        cluster.deliver(next);
        cluster.heal(deposed);
        cluster.converge();
        assertEquals(1, behind.folders().size());
    }

    private static int foldersOf(Member member) {
        try {
            return member.folders().size();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static void detach(Member member) {
        Member.close(member.parts.storage().detach().orElseThrow());
    }

    private static void attach(Member member) throws Exception {
        member.parts.storage().attach(member.node.reopen(member.engine));
        member.parts.snapshots().proceed();
    }

    @Test
    void aLeaderWithoutItsEngineSendsNothingAndTriesAgainWhenItIsBack() throws Exception {
        start(new MemoryEngine()).fallBehind("c");
        detach(cluster.member("a"));
        detach(cluster.member("b"));
        cluster.heal("c");
        for (int round = 0; round < 1000; round++) {
            cluster.round();
        }
        assertEquals(List.of(), cluster.snapshotIndexes);
        attach(cluster.member("a"));
        attach(cluster.member("b"));
        cluster.converge();
        assertEquals(1, cluster.snapshotIndexes.size());
    }

    @Test
    void anEngineThatGoesAwayEndsTheSnapshotOnItsWay() throws Exception {
        start(new MemoryEngine()).fallBehind("c");
        cluster.snapshotsHeld = true;
        cluster.heal("c");
        OutgoingSnapshot sent = nextHeld();
        Member leader = cluster.leader();
        detach(leader);
        // Its view was closed with the engine.
        assertThrows(IOException.class, () -> sent.writeTo(OutputStream.nullOutputStream()));
        sent.ended(SnapshotOutcome.FAILED);
        attach(leader);
        cluster.snapshotsHeld = false;
        cluster.converge();
    }

    @Test
    void aSnapshotWaitsForAMachineThatIsBeingReplaced() throws Exception {
        Member behind = start(new MemoryEngine()).fallBehind("c");
        StateMachine away = behind.parts.machines().inOrder().getLast();
        behind.parts.applyLoop().pause(true);
        behind.parts.machines().remove(away);
        cluster.heal("c");
        cluster.until("a snapshot", () -> !cluster.snapshotIndexes.isEmpty());
        for (int round = 0; round < 100; round++) {
            cluster.round();
        }
        assertTrue(behind.parts.applyLoop().isReplacing());
        assertEquals(List.of("1-memory", "2-memory"), behind.folders());
        behind.parts.machines().add(away);
        behind.parts.applyLoop().pause(false);
        behind.parts.snapshots().proceed();
        cluster.converge();
        assertEquals(List.of("2-memory"), behind.folders());
    }

    @Test
    void aSnapshotWaitsForAnEngineThatLeftAfterItCame() throws Exception {
        Member behind = start(new MemoryEngine()).fallBehind("c");
        long applied = behind.applied();
        cluster.snapshotsHeld = true;
        cluster.heal("c");
        OutgoingSnapshot sent = nextHeld();
        cluster.deliver(sent);
        behind.parts.applyLoop().mustRun(() -> {
            behind.node.engineLeft();
            behind.parts.snapshots().letGo().orElseThrow().run();
            detach(behind);
        });
        for (int round = 0; round < 100; round++) {
            cluster.round();
        }
        assertTrue(behind.parts.applyLoop().isReplacing());
        assertEquals(applied, behind.applied());
        attach(behind);
        cluster.snapshotsHeld = false;
        cluster.converge();
        assertEquals(List.of("2-memory"), behind.folders());
        assertEquals(1, cluster.snapshotIndexes.size());
    }

    @Test
    void theLogIsKeptForASnapshotOnItsWay() throws Exception {
        start(new MemoryEngine()).fallBehind("c");
        cluster.snapshotsHeld = true;
        cluster.heal("c");
        OutgoingSnapshot sent = nextHeld();
        long index = sent.message().snapshot().index();
        cluster.fill("meanwhile", 150);
        Member leader = cluster.leader();
        assertTrue(leader.parts.log().firstIndex() <= index, leader.parts.log().firstIndex() + " while " + index + " is on its way");
        cluster.snapshotsHeld = false;
        cluster.deliver(sent);
        cluster.converge();
        assertEquals(List.of(index), cluster.snapshotIndexes, "it follows the log from there");
        cluster.advance(Duration.ofSeconds(31));
        cluster.fill("later", 60);
        assertTrue(cluster.leader().parts.log().firstIndex() > index, "and half a minute later it is let go of");
    }

    @Test
    void readsGoOnWhileTheStateIsReplaced() throws Exception {
        start(new MemoryEngine());
        cluster.until("a leader", cluster::hasLeader);
        cluster.fill("first", 1);
        String lost = cluster.leader().name.equals("c") ? "b" : "c";
        Member behind = cluster.fallBehind(lost);
        RecordedReply<RangeResult> serializable = behind.read("first0", true);
        assertEquals(1, serializable.answer().count(), "the old state is served until the new one is there");
        cluster.heal(lost);
        RecordedReply<RangeResult> read = behind.read("more29", false);
        cluster.until("a snapshot", () -> !cluster.snapshotIndexes.isEmpty());
        cluster.until("the read is answered", read::done);
        assertEquals(1, read.answer().count());
    }

    @Test
    void aProposalWhoseEntryIsInTheSnapshotTimesOut() throws Exception {
        start(new MemoryEngine());
        cluster.until("a leader", cluster::hasLeader);
        cluster.fill("first", 1);
        String lost = cluster.leader().name.equals("c") ? "b" : "c";
        Member behind = cluster.member(lost);
        RecordedReply<Object> proposal = behind.put("proposed", "by the follower");
        cluster.roundWithoutAnswersTo(lost);
        cluster.fallBehindNow(lost);
        cluster.heal(lost);
        cluster.converge();
        assertEquals(1, behind.read("proposed", true).answer().count(), "it was committed");
        cluster.until("its time is up", proposal::done);
        assertEquals(Refusals.REQUEST_TIMED_OUT, proposal.refusal());
    }

    @Test
    void whoGotASnapshotCanLeadAndEndsLeasesItNeverSawGranted() throws Exception {
        Member behind = start(new MemoryEngine()).fallBehind("c");
        Member leader = cluster.leader();
        RecordedReply<Object> granted = leader.propose(InternalRaftRequest.newBuilder()
                .setLeaseGrant(LeaseGrantRequest.newBuilder().setID(77).setTTL(60)).build());
        cluster.until("granted", granted::done);
        RecordedReply<Object> put = leader.propose(InternalRaftRequest.newBuilder().setPut(PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("leased")).setLease(77)).build());
        cluster.until("put", put::done);
        cluster.heal("c");
        cluster.converge();
        assertEquals(1, cluster.snapshotIndexes.size());
        cluster.leader().parts.consensus().get().orElseThrow().transferLeadership(behind.id());
        cluster.until("it leads", () -> behind.status().isLeader());
        assertEquals(1, behind.read("leased", true).answer().count());
        for (int second = 0; second < 70; second++) {
            cluster.advanceSlowly(Duration.ofSeconds(1));
        }
        cluster.until("the key is gone", () -> behind.read("leased", true).answer().count() == 0);
        cluster.converge();
    }
}
