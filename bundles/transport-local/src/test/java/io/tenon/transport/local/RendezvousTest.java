package io.tenon.transport.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.Compat;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.spi.transport.LocalMember;
import io.tenon.testkit.transport.HandInbox;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    private static final Message HELLO = Message.of(MessageType.HEARTBEAT, 2, 1, 1);

    private static LocalTransport join(String network, long cluster, long member) {
        return new LocalTransport(network, new LocalMember(member, cluster), new HandInbox(), Compat.V3_5);
    }

    @Test
    void onlyMembersOfOneNetworkAndOneClusterMeet() {
        try (LocalTransport one = join("a", 7, 1); LocalTransport two = join("a", 7, 2); LocalTransport otherNetwork = join("b", 7, 3);
             LocalTransport otherCluster = join("a", 8, 4)) {
            assertTrue(one.reaches(2));
            assertTrue(two.reaches(1));
            for (LocalTransport other : List.of(otherNetwork, otherCluster)) {
                assertFalse(other.reaches(1));
                assertFalse(one.reaches(3) || one.reaches(4));
            }
        }
    }

    @Test
    void secondMemberOfOneIdIsRefusedAndTheFirstGoesOn() {
        HandInbox inbox = new HandInbox();
        try (LocalTransport one = join("a", 7, 1);
             LocalTransport two = new LocalTransport("a", new LocalMember(2, 7), inbox, Compat.V3_5)) {
            assertThrows(IllegalStateException.class, () -> join("a", 7, 2));
            one.send(List.of(HELLO));
            inbox.await("the message", box -> box.messages().equals(List.of(HELLO)));
            assertTrue(two.reaches(1));
        }
    }

    @Test
    void whatHangsInTheJvmIsOfTheJdkAloneAndGoesWithTheMembers() {
        HandInbox stuck = new HandInbox();
        stuck.getStuck();
        LocalTransport one = join("a", 7, 1);
        LocalTransport two = new LocalTransport("a", new LocalMember(2, 7), stuck, Compat.V3_5);
        for (int i = 0; i < 100; i++) {
            one.send(List.of(HELLO));
        }
        assertEquals(List.of(), foreign(System.getProperties().get(Rendezvous.PROPERTY)));
        assertFalse(((Map<?, ?>) System.getProperties().get(Rendezvous.PROPERTY)).isEmpty());
        stuck.goOn();
        two.close();
        assertFalse(one.reaches(2));
        one.close();
        assertEquals(Map.of(), System.getProperties().get(Rendezvous.PROPERTY));
    }

    /** Classes of what is reached from here that are not the JDK's. */
    private static List<String> foreign(Object root) {
        var found = new ArrayDeque<String>();
        var open = new ArrayDeque<>(List.of(root));
        for (Object next = open.poll(); next != null; next = open.poll()) {
            if (next.getClass().getModule() == RendezvousTest.class.getModule()) {
                found.add(next.getClass().getName());
            }
            Stream<?> inside = switch (next) {
                case Map<?, ?> map -> Stream.concat(map.keySet().stream(), map.values().stream());
                case Collection<?> collection -> collection.stream();
                case Object[] array -> Stream.of(array);
                default -> Stream.empty();
            };
            inside.forEach(open::add);
        }
        return List.copyOf(found);
    }
}
