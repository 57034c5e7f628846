package io.tenon.runtime.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransportsTest {
    private final Transports transports = new Transports();

    private record Carrier(String name, int order, Set<Long> members, List<Long> carried) implements PeerTransport {

        Carrier(String name, int order, Long... members) {
            this(name, order, Set.of(members), new ArrayList<>());
        }

        @Override
        public boolean reaches(long member) {
            return members.contains(member);
        }

        @Override
        public void send(List<Message> messages) {
            messages.forEach(message -> carried.add(message.to()));
        }

        @Override
        public void sendSnapshot(OutgoingSnapshot snapshot) {
            throw new AssertionError("no snapshot is sent here");
        }
    }

    @Test
    void orderDoesNotDependOnWhoCameFirst() {
        Carrier http = new Carrier("http", 20);
        Carrier local = new Carrier("local", 10);
        Carrier other = new Carrier("also-twenty", 20);
        transports.add(http);
        transports.add(local);
        transports.add(other);
        assertEquals(List.of("local", "also-twenty", "http"), transports.names());
        transports.remove(local);
        assertEquals(List.of(other, http), transports.inOrder());
        transports.add(local);
        assertEquals(List.of("local", "also-twenty", "http"), transports.names());
    }

    @Test
    void anotherOfTheSameNameStaysWhenOneGoes() {
        Carrier old = new Carrier("http", 20);
        Carrier successor = new Carrier("http", 20);
        transports.add(old);
        transports.add(successor);
        transports.remove(old);
        assertEquals(List.of(successor), transports.inOrder());
    }

    @Test
    void messageGoesByTheFirstThatReachesItsMember() {
        Carrier local = new Carrier("local", 10, 2L);
        Carrier http = new Carrier("http", 20, 2L, 3L);
        transports.add(http);
        transports.add(local);
        Peers peers = new Peers();
        List<Long> unreachable = new ArrayList<>();
        peers.onUnreachable(unreachable::add);
        peers.transports(transports.inOrder());
        List<Message> round = List.of(heartbeat(3), heartbeat(2), heartbeat(4), heartbeat(3), heartbeat(4));
        peers.send(round);
        assertEquals(List.of(2L), local.carried());
        assertEquals(List.of(3L, 3L), http.carried());
        assertEquals(List.of(4L), unreachable);
        transports.remove(local);
        peers.transports(transports.inOrder());
        peers.send(round);
        assertEquals(List.of(2L), local.carried());
        assertEquals(List.of(3L, 3L, 3L, 2L, 3L), http.carried());
    }

    private static Message heartbeat(long to) {
        return Message.of(MessageType.HEARTBEAT, to, 1, 1);
    }
}
