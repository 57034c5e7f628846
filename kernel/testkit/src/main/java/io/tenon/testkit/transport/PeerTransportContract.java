package io.tenon.testkit.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.consensus.SnapshotOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every transport between members keeps. A provider's test extends this and says how its transports are made. The time limit is there
 * for what hangs; nothing else is measured in time.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class PeerTransportContract {
    /** So many messages may wait for a healthy member in any transport. */
    private static final int WINDOW = 512;
    /** No transport keeps more for a member that does not take anything. */
    private static final long MOST_WAITING_BYTES = 256L << 20;
    private static final long ABSENT = 99;
    private static final List<Long> MEMBERS = List.of(1L, 2L, 3L);

    private final Map<Long, PeerNetwork.Endpoint> open = new ConcurrentHashMap<>();
    private final Map<Long, HandInbox> inboxes = new ConcurrentHashMap<>();
    private PeerNetwork network;

    /** A network for these members, none of which is open yet. */
    protected abstract PeerNetwork network(List<Long> members) throws Exception;

    @BeforeEach
    final void openAll() throws Exception {
        network = network(MEMBERS);
        for (long member : MEMBERS) {
            open(member);
        }
        for (long from : MEMBERS) {
            for (long to : MEMBERS) {
                if (from != to) {
                    awaitReach(from, to);
                }
            }
        }
    }

    @AfterEach
    final void closeAll() {
        inboxes.values().forEach(HandInbox::goOn);
        open.values().forEach(endpoint -> endpoint.stop().run());
    }

    private void open(long member) throws Exception {
        inboxes.put(member, new HandInbox());
        open.put(member, network.open(member, inboxes.get(member)));
    }

    private void stop(long member) {
        open.get(member).stop().run();
    }

    private HandInbox inbox(long member) {
        return inboxes.get(member);
    }

    private void send(long from, Message... messages) {
        open.get(from).transport().send(List.of(messages));
    }

    private void awaitReach(long from, long to) {
        inbox(from).await("member " + from + " reaches " + to, _ -> open.get(from).transport().reaches(to));
    }

    /** The number of a test's message is its index. */
    private static Message numbered(long from, long to, long number) {
        return new Message(MessageType.APPEND, to, from, 1, 1, number, List.of(), 0, Snapshot.EMPTY, false, 0, ByteString.EMPTY);
    }

    private static Message large(long from, long to, ByteString data) {
        return new Message(MessageType.APPEND, to, from, 1, 1, 0, List.of(new Entry(1, 1, EntryType.NORMAL, data)), 0, Snapshot.EMPTY, false,
                0, ByteString.EMPTY);
    }

    /** Sends numbered messages and waits for the receiver each time that a window is under way. */
    private void sendInWindows(long from, long to, int count) {
        for (int number = 0; number < count; number++) {
            send(from, numbered(from, to, number));
            int sent = number + 1;
            if (sent % WINDOW == 0 || sent == count) {
                inbox(to).await(sent + " messages from " + from, inbox -> inbox.messagesFrom(from).size() >= sent);
            }
        }
    }

    private static void assertNumberedFromZero(List<Message> messages, int count) {
        assertEquals(count, messages.size());
        for (int number = 0; number < count; number++) {
            assertEquals(number, messages.get(number).index());
        }
    }

    @Test
    void messagesArriveInOrderFromEachMember() throws Exception {
        List<Throwable> failures = new ArrayList<>();
        Thread other = Thread.ofPlatform().uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                .start(() -> sendInWindows(3, 2, 4_000));
        sendInWindows(1, 2, 4_000);
        other.join();
        assertEquals(List.of(), failures);
        assertNumberedFromZero(inbox(2).messagesFrom(1), 4_000);
        assertNumberedFromZero(inbox(2).messagesFrom(3), 4_000);
        assertEquals(List.of(), inbox(1).messages());
    }

    @Test
    void batchForSeveralMembersKeepsTheOrderOfEach() {
        List<Message> batch = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            batch.add(numbered(1, 2, number));
            batch.add(numbered(1, 3, number));
        }
        send(1, batch.toArray(Message[]::new));
        for (long to : List.of(2L, 3L)) {
            inbox(to).await("the batch", inbox -> inbox.messages().size() == 100);
            assertNumberedFromZero(inbox(to).messages(), 100);
        }
    }

    @Test
    void everyTypeAndFieldSurvives() {
        for (long seed = 1; seed <= 5; seed++) {
            RandomMessages source = new RandomMessages(seed);
            List<Message> sent = new ArrayList<>();
            int before = inbox(2).messages().size();
            for (int i = 0; i < 100; i++) {
                sent.add(source.next(1, 2));
            }
            sent.forEach(message -> send(1, message));
            inbox(2).await("all messages of seed " + seed, inbox -> inbox.messages().size() == before + sent.size());
            List<Message> received = inbox(2).messages();
            // Messages of different types may go by different ways; of one type they keep their order.
            for (MessageType type : MessageType.values()) {
                assertEquals(sent.stream().filter(message -> message.type() == type).toList(),
                        received.subList(before, received.size()).stream().filter(message -> message.type() == type).toList(),
                        type + " of seed " + seed);
            }
        }
    }

    @Test
    void largeMessageArrives() {
        Message message = large(1, 2, ByteString.copyFrom(new byte[8 << 20]));
        send(1, message);
        inbox(2).await("a message of 8 MiB", inbox -> inbox.messages().equals(List.of(message)));
    }

    @Test
    void memberThatTakesNothingDelaysNobodyAndIsReported() {
        inbox(2).getStuck();
        ByteString kilobyte = ByteString.copyFrom(new byte[1_024]);
        int sent = 0;
        while (inbox(1).unreachableReports(2) == 0) {
            send(1, large(1, 2, kilobyte));
            assertTrue(++sent < 4_000_000, "4 GB were taken for a member that takes nothing");
        }
        sendInWindows(1, 3, 1_000);
        assertNumberedFromZero(inbox(3).messagesFrom(1), 1_000);
        assertEquals(0, inbox(1).unreachableReports(3));
        inbox(2).goOn();
        sendUntilItArrives(1, 2);
    }

    /** What was lost is lost; from some message on they arrive again. */
    private void sendUntilItArrives(long from, long to) {
        long mark = 1_000_000;
        long[] next = {mark};
        inbox(to).await("messages from " + from + " arrive again", inbox -> {
            send(from, numbered(from, to, next[0]++));
            return inbox.messagesFrom(from).stream().anyMatch(message -> message.index() >= mark);
        });
    }

    @Test
    void whatWaitsForAMemberIsBoundedInBytes() {
        inbox(2).getStuck();
        ByteString megabyte = ByteString.copyFrom(new byte[1 << 20]);
        int count = 2 * (int) (MOST_WAITING_BYTES >> 20);
        for (int i = 0; i < count; i++) {
            send(1, large(1, 2, megabyte));
        }
        assertTrue(inbox(1).unreachableReports(2) > 0, "nothing was reported lost");
        inbox(2).goOn();
        sendUntilItArrives(1, 2);
        long arrived = inbox(2).messagesFrom(1).stream().filter(message -> !message.entries().isEmpty()).count();
        assertTrue(arrived <= MOST_WAITING_BYTES >> 20, arrived + " messages of 1 MiB were kept");
    }

    @Test
    void unknownMemberIsNotReachedAndHarmsNobody() {
        assertFalse(open.get(1L).transport().reaches(ABSENT));
        send(1, numbered(1, ABSENT, 0), numbered(1, 2, 0), numbered(1, ABSENT, 1), numbered(1, 2, 1));
        inbox(2).await("what is for member 2", inbox -> inbox.messages().size() == 2);
        assertNumberedFromZero(inbox(2).messages(), 2);
        HandSnapshot snapshot = HandSnapshot.whole(new RandomMessages(1).snapshot(1, ABSENT), new byte[10]);
        open.get(1L).transport().sendSnapshot(snapshot);
        assertEquals(List.of(SnapshotOutcome.FAILED), snapshot.awaitOutcomes());
    }

    @Test
    void stoppedMemberIsReportedAndReachedAgainWhenItIsBack() throws Exception {
        sendInWindows(1, 2, 10);
        stop(2);
        inbox(1).await("the stopped member is reported", inbox -> {
            send(1, numbered(1, 2, 0));
            return inbox.unreachableReports(2) > 0;
        });
        sendInWindows(1, 3, 10);
        open(2);
        sendUntilItArrives(1, 2);
        sendUntilItArrives(2, 1);
    }

    @Test
    void stoppedTransportDropsWhatItIsGivenAndMayBeStoppedAgain() {
        stop(1);
        stop(1);
        send(1, numbered(1, 2, 0));
        HandSnapshot snapshot = HandSnapshot.whole(new RandomMessages(1).snapshot(1, 2), new byte[10]);
        open.get(1L).transport().sendSnapshot(snapshot);
        assertEquals(List.of(SnapshotOutcome.FAILED), snapshot.awaitOutcomes());
        assertFalse(open.get(1L).transport().reaches(2));
        sendInWindows(3, 2, 10);
        assertEquals(List.of(), inbox(2).messagesFrom(1));
        assertEquals(0, snapshot.writes());
    }

    @Test
    void severalThreadsMaySend() throws Exception {
        int threads = 4;
        int each = 100;
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            long base = t * 1_000L;
            senders.add(Thread.ofPlatform().start(() -> {
                for (int number = 0; number < each; number++) {
                    send(1, numbered(1, 2, base + number));
                }
            }));
        }
        for (Thread sender : senders) {
            sender.join();
        }
        inbox(2).await("all messages", inbox -> inbox.messages().size() == threads * each);
        for (int t = 0; t < threads; t++) {
            long base = t * 1_000L;
            List<Long> numbers = inbox(2).messages().stream().map(Message::index).filter(index -> index / 1_000 * 1_000 == base).toList();
            assertEquals(numbers.stream().sorted().toList(), numbers, "thread " + t);
        }
    }

    // --- Snapshots.

    private static byte[] export(int bytes) {
        byte[] export = new byte[bytes];
        new Random(bytes).nextBytes(export);
        return export;
    }

    @Test
    void snapshotArrivesWholeWithItsMessage() {
        for (int bytes : List.of(0, 1, 3_000_000)) {
            HandSnapshot snapshot = HandSnapshot.whole(new RandomMessages(bytes).snapshot(1, 2), export(bytes));
            int before = inbox(2).snapshots().size();
            open.get(1L).transport().sendSnapshot(snapshot);
            assertEquals(List.of(SnapshotOutcome.DELIVERED), snapshot.awaitOutcomes(), bytes + " bytes");
            HandInbox.Received received = inbox(2).snapshots().get(before);
            assertEquals(snapshot.message(), received.message());
            assertArrayEquals(export(bytes), received.export());
            assertEquals(1, snapshot.writes());
        }
        assertEquals(List.of(), inbox(2).messages());
    }

    @Test
    void snapshotThatBreaksOffIsNotTaken() {
        HandSnapshot snapshot = HandSnapshot.broken(new RandomMessages(1).snapshot(1, 2), export(2_000_000), 1_000_000);
        open.get(1L).transport().sendSnapshot(snapshot);
        assertEquals(List.of(SnapshotOutcome.FAILED), snapshot.awaitOutcomes());
        inbox(2).await("the receiver notices", inbox -> inbox.brokenSnapshots() == inbox.begunSnapshots());
        assertEquals(List.of(), inbox(2).snapshots());
        assertStillCarriesSnapshots();
    }

    private void assertStillCarriesSnapshots() {
        HandSnapshot next = HandSnapshot.whole(new RandomMessages(2).snapshot(1, 2), export(100_000));
        open.get(1L).transport().sendSnapshot(next);
        assertEquals(List.of(SnapshotOutcome.DELIVERED), next.awaitOutcomes());
    }

    @Test
    void refusedSnapshotFailsForItsSender() {
        inbox(2).refuseSnapshots();
        for (int bytes : List.of(10, 20_000_000)) {
            HandSnapshot snapshot = HandSnapshot.whole(new RandomMessages(1).snapshot(1, 2), export(bytes));
            open.get(1L).transport().sendSnapshot(snapshot);
            assertEquals(List.of(SnapshotOutcome.FAILED), snapshot.awaitOutcomes(), bytes + " bytes");
        }
        assertEquals(List.of(), inbox(2).snapshots());
        sendInWindows(1, 2, 100);
    }

    @Test
    void receiverThatReadsASnapshotSlowlyDelaysNoMessage() {
        inbox(2).stopReading();
        HandSnapshot snapshot = HandSnapshot.whole(new RandomMessages(1).snapshot(1, 2), export(30_000_000));
        open.get(1L).transport().sendSnapshot(snapshot);
        inbox(2).await("the snapshot begins", inbox -> inbox.begunSnapshots() == 1);
        sendInWindows(1, 2, 2_000);
        sendInWindows(2, 1, 2_000);
        assertEquals(List.of(), snapshot.outcomes());
        inbox(2).goOn();
        assertEquals(List.of(SnapshotOutcome.DELIVERED), snapshot.awaitOutcomes());
        assertArrayEquals(export(30_000_000), inbox(2).snapshots().getFirst().export());
    }

    @Test
    void stoppingEndsSnapshotsOnceOnEitherSide() throws Exception {
        for (long stopped : List.of(1L, 2L)) {
            HandInbox receiver = inbox(2);
            receiver.stopReading();
            HandSnapshot snapshot = HandSnapshot.whole(new RandomMessages(1).snapshot(1, 2), export(30_000_000));
            open.get(1L).transport().sendSnapshot(snapshot);
            receiver.await("the snapshot begins", inbox -> inbox.begunSnapshots() == 1);
            Thread stopping = Thread.ofPlatform().start(() -> stop(stopped));
            assertEquals(List.of(SnapshotOutcome.FAILED), snapshot.awaitOutcomes());
            receiver.goOn();
            stopping.join();
            receiver.await("the receiver notices", inbox -> inbox.brokenSnapshots() == 1);
            assertEquals(List.of(), receiver.snapshots());
            assertEquals(List.of(SnapshotOutcome.FAILED), snapshot.outcomes());
            open(stopped);
            awaitReach(1, 2);
            awaitReach(2, 1);
            if (stopped == 1) {
                stop(2);
                open(2);
                awaitReach(1, 2);
            }
        }
    }

    // --- Under load.

    @Test
    void stopsAndStartsUnderLoad() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> load = new ArrayList<>();
        for (long from : MEMBERS) {
            load.add(Thread.ofPlatform().uncaughtExceptionHandler((_, failure) -> failures.add(failure)).start(() -> {
                for (long number = 0; !over.get(); number++) {
                    for (long to : MEMBERS) {
                        if (to != from) {
                            send(from, numbered(from, to, number));
                        }
                    }
                    Thread.yield();
                }
            }));
        }
        for (int round = 0; round < 10; round++) {
            int begun = inbox(3).messages().size();
            inbox(3).await("the load goes on", inbox -> inbox.messages().size() > begun);
            stop(2);
            open(2);
            inbox(2).await("messages from both", inbox -> !inbox.messagesFrom(1).isEmpty() && !inbox.messagesFrom(3).isEmpty());
        }
        over.set(true);
        for (Thread thread : load) {
            thread.join(TimeUnit.SECONDS.toMillis(60));
            assertFalse(thread.isAlive(), "a sender hangs");
        }
        assertEquals(List.of(), failures);
        for (long from : List.of(1L, 3L)) {
            List<Long> numbers = inbox(2).messagesFrom(from).stream().map(Message::index).toList();
            assertEquals(numbers.stream().sorted().toList(), numbers, "order from " + from);
        }
    }
}
