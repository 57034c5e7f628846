package io.tenon.runtime.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.Flags;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.runtime.peer.Book;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.transport.PeerAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a member without a log begins with, and what it asks others first. Ids and bodies are those of a recorded cluster of etcd members. */
final class FirstStartTest {
    private static final String M0 = "http://127.0.0.1:41820";
    private static final String M1 = "http://127.0.0.1:41821";
    private static final String M2 = "http://127.0.0.1:41822";
    private static final String THREE = "m0=" + M0 + ",m1=" + M1 + ",m2=" + M2;
    private static final String OTHERS = "{\"id\":5249817134729398576,\"peerURLs\":[\"" + M1 + "\"],\"name\":\"m1\",\"clientURLs\":[\"http://c1:1\"]},"
            + "{\"id\":15458292590237145789,\"peerURLs\":[\"" + M2 + "\"],\"name\":\"m2\",\"clientURLs\":[\"http://c2:1\"]}";
    private static final String MEMBERS = "[" + OTHERS + ",{\"id\":17819641999820805434,\"peerURLs\":[\"" + M0 + "\"]}]\n";
    private static final String VERSION = "{\"etcdserver\":\"3.5.30\",\"etcdcluster\":\"3.5.0\"}";

    private final HandCalls calls = new HandCalls();
    private final Book book = new Book();

    private FirstStart start(Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(Map.of("name", "m0", "initial-cluster", THREE, "initial-cluster-token", "tok-1",
                "initial-advertise-peer-urls", M0));
        flags.putAll(more);
        return new FirstStart(() -> Flags.parse(flags), () -> Optional.of(calls), book);
    }

    private LogBeginning decide(Map<String, String> more) throws StartRefused {
        return start(more).decide();
    }

    private LogBeginning join(Map<String, String> more) throws StartRefused {
        Map<String, String> flags = new HashMap<>(Map.of("initial-cluster-state", "existing"));
        flags.putAll(more);
        return decide(flags);
    }

    @Test
    void aNewClusterBeginsWithOneChangeForEachMemberInTheOrderOfTheirIds() throws StartRefused {
        LogBeginning beginning = decide(Map.of());
        assertEquals("f74c15fc7ff3553a", Long.toHexString(beginning.identity().memberId()));
        assertEquals("a223a46688bd050b", Long.toHexString(beginning.identity().clusterId()));
        assertEquals(new HardState(1, 0, 3), beginning.hardState());
        assertEquals(List.of(1L, 2L, 3L), beginning.entries().stream().map(Entry::index).toList());
        assertTrue(beginning.entries().getFirst().data().toStringUtf8().contains("\"name\":\"m1\""));
    }

    @Test
    void theOthersOfANewClusterNeedNotBeThereYet() throws StartRefused {
        decide(Map.of());
        assertEquals(List.of(M1 + "/members", M2 + "/members"), calls.asked);
    }

    @Test
    void aMemberThatTheOthersKnowToHaveRunIsNotBornAgain() {
        calls.answering(M2 + "/members", "[" + OTHERS + ",{\"id\":17819641999820805434,\"peerURLs\":[\"" + M0
                + "\"],\"name\":\"m0\",\"clientURLs\":[\"http://c0:1\"]}]");
        var refused = assertThrows(StartRefused.class, () -> decide(Map.of()));
        assertEquals("member f74c15fc7ff3553a has already been bootstrapped", refused.getMessage());
    }

    @Test
    void aMemberThatTheOthersKnowButThatNeverToldItsClientsWasNotBornYet() throws StartRefused {
        calls.answering(M1 + "/members", MEMBERS);
        assertEquals(3, decide(Map.of()).entries().size());
    }

    @Test
    void aMemberThatJoinsLearnsItsIdFromTheOthersAndBeginsWithoutEntries() throws StartRefused {
        calls.failing(M1 + "/members", 500).answering(M2 + "/members", MEMBERS).answering(M1 + "/version", VERSION);
        LogBeginning beginning = join(Map.of());
        assertEquals("f74c15fc7ff3553a", Long.toHexString(beginning.identity().memberId()));
        assertEquals("a223a46688bd050b", Long.toHexString(beginning.identity().clusterId()));
        assertEquals(List.of(), beginning.entries());
        assertEquals(List.of("48db18de8b4e0930", "d686e33593235abd", "f74c15fc7ff3553a"), inBook());
    }

    private List<String> inBook() {
        return book.page().members().stream().map(PeerAddress::id).map(Long::toHexString).sorted().toList();
    }

    private void resume(String state) {
        start(Map.of("initial-cluster-state", state)).resume(new LogIdentity(0xf74c15fc7ff3553aL, 0xa223a46688bd050bL));
    }

    @Test
    void aMemberThatJoinedAndHeardNothingYetAsksAgainWhoTheOthersAre() {
        calls.answering(M1 + "/members", "[" + OTHERS + "]").answering(M2 + "/members", MEMBERS);
        resume("existing");
        assertEquals(List.of("48db18de8b4e0930", "d686e33593235abd", "f74c15fc7ff3553a"), inBook());
    }

    @Test
    void aMemberThatJoinedAndFindsNobodyIsNotRefused() {
        resume("existing");
        assertEquals(List.of(M1 + "/members", M2 + "/members"), calls.asked);
        assertEquals(List.of(), inBook());
    }

    @Test
    void anotherClusterAtTheAddressesOfTheOthersIsNotTakenForTheirs() {
        calls.answering(M2 + "/members", MEMBERS);
        start(Map.of("initial-cluster-state", "existing")).resume(new LogIdentity(0xf74c15fc7ff3553aL, 5));
        assertEquals(List.of(), inBook());
    }

    @Test
    void aMemberOfANewClusterAsksNobodyWhenItStartsAgain() {
        resume("new");
        assertEquals(List.of(), calls.asked);
    }

    @Test
    void hostsAreComparedByTheirAddresses() throws StartRefused {
        calls.answering("http://localhost:41821/members", MEMBERS).answering(M1 + "/version", VERSION);
        LogBeginning beginning = join(Map.of("initial-cluster", "m0=" + M0 + ",m1=http://localhost:41821,m2=" + M2));
        assertEquals("f74c15fc7ff3553a", Long.toHexString(beginning.identity().memberId()));
    }

    @Test
    void nobodyJoinsAClusterThatDoesNotAnswer() {
        calls.failing(M1 + "/members", 500).answering(M2 + "/members", "no JSON");
        String text = assertThrows(StartRefused.class, () -> join(Map.of())).getMessage();
        assertTrue(text.startsWith("cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs"), text);
    }

    @Test
    void flagsThatNameFewerMembersThanTheClusterHasAreRefused() {
        calls.answering(M1 + "/members", MEMBERS);
        String text = assertThrows(StartRefused.class, () -> join(Map.of("initial-cluster", "m0=" + M0 + ",m1=" + M1))).getMessage();
        assertTrue(text.startsWith("error validating peerURLs {ClusterID:a223a46688bd050b Members:[&{ID:48db18de8b4e0930 "), text);
        assertTrue(text.endsWith("member count is unequal"), text);
    }

    @Test
    void flagsThatNameOtherAddressesThanTheClusterHasAreRefused() {
        calls.answering(M1 + "/members", MEMBERS);
        String text = assertThrows(StartRefused.class, () -> join(Map.of("initial-cluster", "m0=http://127.0.0.1:9,m1=" + M1 + ",m2=" + M2)))
                .getMessage();
        assertTrue(text.startsWith("error validating peerURLs") && text.contains("m0"), text);
    }

    @Test
    void aClusterOfANewerVersionIsNotJoined() {
        calls.answering(M1 + "/members", MEMBERS).answering(M1 + "/version", VERSION)
                .answering(M2 + "/version", "{\"etcdserver\":\"3.6.1\",\"etcdcluster\":\"3.6.0\"}").answering(M2 + "/downgrade/enabled", "false");
        String text = assertThrows(StartRefused.class, () -> join(Map.of())).getMessage();
        assertTrue(text.startsWith("incompatible with current running cluster"), text);
    }

    @Test
    void aClusterOfTheNextVersionThatIsBeingDowngradedIsJoined() throws StartRefused {
        calls.answering(M1 + "/members", MEMBERS).answering(M1 + "/version", "{\"etcdserver\":\"3.6.1\",\"etcdcluster\":\"3.6.0\"}")
                .answering(M1 + "/downgrade/enabled", "true").answering(M2 + "/downgrade/enabled", "true");
        assertEquals(List.of(), join(Map.of()).entries());
        calls.answering(M2 + "/downgrade/enabled", "false");
        assertThrows(StartRefused.class, () -> join(Map.of()));
    }

    @Test
    void withoutAVersionNobodyKnowsWhetherToJoin() {
        calls.answering(M1 + "/members", MEMBERS);
        assertThrows(StartRefused.class, () -> join(Map.of()));
        calls.answering(M1 + "/version", "{\"etcdserver\":\"x\",\"etcdcluster\":\"strange\"}");
        assertThrows(StartRefused.class, () -> join(Map.of()));
    }
}
