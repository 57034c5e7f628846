package io.tenon.transport.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.Compat;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerMessages;
import io.tenon.testkit.transport.HandInbox;
import io.tenon.testkit.transport.RandomMessages;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the book of members, and members who disagree about it, do to streams. */
class HttpTransportTest {
    private static final URI NOBODY = URI.create("http://127.0.0.1:1");

    private final RecordedControl control = new RecordedControl();
    private final HandInbox firstInbox = new HandInbox();
    private final HandInbox secondInbox = new HandInbox();

    private Network network() throws IOException {
        return new Network(List.of(1L, 2L));
    }

    private void awaitConnected(Network.Member first, Network.Member second) {
        firstInbox.await("streams both ways", _ -> first.transport().isConnected(2) && second.transport().isConnected(1));
    }

    private static Message heartbeat(long from, long to) {
        return Message.of(MessageType.HEARTBEAT, to, from, 3);
    }

    @Test
    void memberThatOthersHaveRemovedEndsInGoodOrder() throws IOException {
        Network network = network();
        RecordedControl ofRemoved = new RecordedControl();
        try (Network.Member first = network.start(1, firstInbox, ofRemoved); Network.Member second = network.start(2, secondInbox, control)) {
            awaitConnected(first, second);
            second.book().write(List.of(network.addresses().getLast()), 1L);
            firstInbox.await("the removed member ends", _ -> !ofRemoved.told().isEmpty());
            assertEquals("finish: the member has been permanently removed from the cluster", ofRemoved.told().getFirst());
            assertFalse(second.transport().reaches(1));
            assertEquals(List.of(), control.told());
        }
    }

    @Test
    void membersWhoseNamesHaveUnderscoresAreConnected() throws IOException {
        Network network = network();
        FixedBook names = new FixedBook();
        names.write(List.of(network.addresses().getFirst(),
                new PeerAddress(2, List.of(URI.create("http://etcd_2" + HandNames.HERE + ":" + network.url(2).getPort())))));
        try (Network.Member first = network.start(1, firstInbox, control, names); Network.Member second = network.start(2, secondInbox, control)) {
            awaitConnected(first, second);
        }
    }

    @Test
    void memberThatOthersDoNotKnowYetGoesOnAskingAndIsAnswered() throws IOException {
        Network network = network();
        FixedBook behind = new FixedBook();
        behind.write(List.of(network.addresses().getFirst()));
        try (Network.Member first = network.start(1, firstInbox, control, behind); Network.Member second = network.start(2, secondInbox, control)) {
            firstInbox.await("the stranger is learned", _ -> first.transport().reaches(2));
            assertFalse(first.transport().isConnected(2));
            first.transport().send(List.of(heartbeat(1, 2)));
            secondInbox.await("a single message", inbox -> inbox.messages().equals(List.of(heartbeat(1, 2))));
            // It asked for streams, and said how it wants snapshots.
            assertEquals("canonical", snapshotFrom(first));
            behind.write(network.addresses());
            awaitConnected(first, second);
            assertEquals("canonical", snapshotFrom(first));
        }
        assertEquals(List.of(), control.told());
    }

    /** What the second member gets of a snapshot of the first. */
    private String snapshotFrom(Network.Member first) {
        FormedSnapshot snapshot = new FormedSnapshot(new RandomMessages(1).snapshot(1, 2));
        first.transport().sendSnapshot(snapshot);
        assertEquals(SnapshotOutcome.DELIVERED, snapshot.outcome());
        return new String(secondInbox.snapshots().getLast().export(), StandardCharsets.UTF_8);
    }

    @Test
    void singleMessagesSayTooHowTheirSenderWantsSnapshots() throws IOException {
        Network network = network();
        try (Network.Member first = network.start(1, firstInbox, control);
                Network.Member second = network.start(2, secondInbox, control, new FixedBook())) {
            secondInbox.await("the first member has asked for streams", _ -> second.transport().reaches(1));
            assertEquals("database", snapshotFrom(first));
            second.transport().send(List.of(heartbeat(2, 1)));
            firstInbox.await("a single message", inbox -> inbox.messages().equals(List.of(heartbeat(2, 1))));
            assertEquals("canonical", snapshotFrom(first));
        }
    }

    @Test
    void databaseIsPreparedBeforeAnybodyIsConnected() throws IOException {
        Network network = network();
        FixedBook book = new FixedBook();
        book.write(List.of(network.addresses().getFirst(), new PeerAddress(2, List.of(NOBODY))));
        try (Network.Member first = network.start(1, firstInbox, control, book)) {
            FormedSnapshot snapshot = new FormedSnapshot(new RandomMessages(1).snapshot(1, 2));
            first.transport().sendSnapshot(snapshot);
            assertEquals(SnapshotOutcome.FAILED, snapshot.outcome());
            assertTrue(snapshot.prepared().get());
        }
    }

    /** Its state says in which form it was asked for. */
    private record FormedSnapshot(Message message, BlockingQueue<SnapshotOutcome> outcomes, AtomicBoolean prepared) implements OutgoingSnapshot {
        FormedSnapshot(Message message) {
            this(message, new LinkedBlockingQueue<>(), new AtomicBoolean());
        }

        @Override
        public long sizeBytes() {
            return 0;
        }

        @Override
        public void writeTo(OutputStream stream) throws IOException {
            stream.write("canonical".getBytes());
        }

        @Override
        public void prepareDatabase() {
            prepared.set(true);
        }

        @Override
        public void writeDatabaseTo(OutputStream stream) throws IOException {
            stream.write("database".getBytes());
        }

        @Override
        public void ended(SnapshotOutcome outcome) {
            outcomes.add(outcome);
        }

        SnapshotOutcome outcome() {
            try {
                return outcomes.poll(60, TimeUnit.SECONDS);
            } catch (InterruptedException stop) {
                throw new AssertionError(stop);
            }
        }
    }

    @Test
    void nextUrlIsTriedWhenOneFails() throws IOException {
        Network network = network();
        FixedBook book = new FixedBook();
        book.write(List.of(network.addresses().getFirst(), new PeerAddress(2, List.of(NOBODY, network.url(2)))));
        try (Network.Member first = network.start(1, firstInbox, control, book); Network.Member second = network.start(2, secondInbox, control)) {
            awaitConnected(first, second);
            assertTrue(first.transport().connectedForNanos(2).orElse(-1) >= 0);
        }
    }

    @Test
    void whatIsExchangedIsCounted() throws IOException {
        Network network = network();
        try (Network.Member first = network.start(1, firstInbox, control); Network.Member second = network.start(2, secondInbox, control)) {
            awaitConnected(first, second);
            Traffic toSecond = first.transport().traffic(2).orElseThrow();
            Traffic fromFirst = second.transport().traffic(1).orElseThrow();
            long sent = toSecond.sentBytes();
            long received = fromFirst.receivedBytes();
            int frame = Long.BYTES + PeerMessages.encode(heartbeat(1, 2), Compat.V3_5).length;
            first.transport().send(List.of(heartbeat(1, 2)));
            secondInbox.await("the message", inbox -> inbox.messages().size() == 1);
            // The link's own heartbeats count too.
            secondInbox.await("it is counted", _ -> fromFirst.receivedBytes() >= received + frame && toSecond.sentBytes() >= sent + frame);
        }
    }

    @Test
    void memberThatMovesIsFoundAtItsNewUrl() throws IOException {
        Network network = network();
        FixedBook book = new FixedBook();
        book.write(List.of(network.addresses().getFirst(), new PeerAddress(2, List.of(NOBODY))));
        try (Network.Member first = network.start(1, firstInbox, control, book); Network.Member second = network.start(2, secondInbox, control)) {
            assertTrue(first.transport().reaches(2));
            assertTrue(first.transport().connectedForNanos(2).isEmpty());
            book.write(network.addresses());
            awaitConnected(first, second);
        }
    }

    @Test
    void memberThatIsNoLongerNamedIsNotReached() throws IOException {
        Network network = network();
        try (Network.Member first = network.start(1, firstInbox, control); Network.Member second = network.start(2, secondInbox, control)) {
            awaitConnected(first, second);
            first.book().write(List.of(network.addresses().getFirst()), 2L);
            firstInbox.await("the member is forgotten", _ -> !first.transport().reaches(2));
            first.transport().send(List.of(heartbeat(1, 2)));
            firstInbox.await("and reported", inbox -> inbox.unreachableReports(2) > 0);
        }
    }

    @Test
    void portThatIsTakenEndsTheNode() throws IOException {
        Network network = network();
        try (ServerSocket taken = new ServerSocket(network.url(1).getPort(), 1, InetAddress.getByName("127.0.0.1"));
                Network.Member _ = network.start(1, firstInbox, control)) {
            firstInbox.await("the node is told to end", _ -> !control.told().isEmpty());
            assertEquals(List.of("fail: listen tcp 127.0.0.1:" + taken.getLocalPort() + ": bind: address already in use"), control.told());
        }
    }
}
