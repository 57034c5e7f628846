package io.tenon.runtime.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Two transports are active and one of them comes and goes while messages flow. */
class TwoTransportsTest {
    private static final long PEER = 2;

    private final Transports transports = new Transports();
    private final Peers peers = new Peers();
    private final Receiver receiver = new Receiver();

    /** What the peer got, by message index; every carrier brings it there. */
    private static final class Receiver {
        private final List<Long> indexes = new ArrayList<>();

        synchronized void take(List<Message> messages) {
            messages.forEach(message -> indexes.add(message.index()));
            notifyAll();
        }

        synchronized int count() {
            return indexes.size();
        }

        synchronized void awaitCount(int wanted) throws InterruptedException {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (indexes.size() < wanted) {
                assertTrue(System.nanoTime() - until < 0, "messages stopped at " + indexes.size());
                wait(20);
            }
        }
    }

    /** Brings messages until it is stopped, and drops them then, as a bundle that has just gone does. */
    private static final class Carrier implements PeerTransport {
        private final String name;
        private final int order;
        private final Receiver receiver;
        private volatile boolean stopped;
        private volatile int carried;

        Carrier(String name, int order, Receiver receiver) {
            this.name = name;
            this.order = order;
            this.receiver = receiver;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int order() {
            return order;
        }

        @Override
        public boolean reaches(long member) {
            return !stopped;
        }

        @Override
        public void send(List<Message> messages) {
            if (!stopped) {
                carried += messages.size();
                receiver.take(messages);
            }
        }

        @Override
        public void sendSnapshot(OutgoingSnapshot snapshot) {
            throw new AssertionError("no snapshot is sent here");
        }
    }

    private void follow() {
        peers.transports(transports.inOrder());
    }

    @Test
    void theOtherTakesOverAndBackWhileMessagesFlow() throws Exception {
        Carrier http = new Carrier("http", 20, receiver);
        transports.add(http);
        follow();
        AtomicBoolean over = new AtomicBoolean();
        Thread raft = Thread.ofPlatform().start(() -> {
            for (long index = 0; !over.get(); index++) {
                peers.send(List.of(new Message(MessageType.APPEND, PEER, 1, 1, 1, index, List.of(), 0, Snapshot.EMPTY, false, 0,
                        ByteString.EMPTY)));
            }
        });
        for (int round = 0; round < 50; round++) {
            Carrier local = new Carrier("local", 10, receiver);
            transports.add(local);
            follow();
            receiver.awaitCount(receiver.count() + 100);
            assertTrue(local.carried > 0, "the first in order was not used in round " + round);
            local.stopped = true;
            int byHttp = http.carried;
            receiver.awaitCount(receiver.count() + 100);
            assertTrue(http.carried > byHttp, "nobody took over in round " + round);
            transports.remove(local);
            follow();
        }
        over.set(true);
        raft.join(TimeUnit.SECONDS.toMillis(60));
        assertFalse(raft.isAlive(), "the sender hangs");
        synchronized (receiver) {
            assertEquals(receiver.indexes.stream().sorted().toList(), receiver.indexes);
        }
    }
}
