package io.tenon.runtime.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.spi.transport.PeerAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whom transports serve while a member that joins catches up. It is the third; the log's first change names the first alone. */
final class BookTest {
    private static final long SELF = 3;

    private final Book book = new Book();

    private static ClusterMember member(long id, String url) {
        return ClusterMember.ofBootstrap(id, "m" + id, List.of(url));
    }

    private static List<ClusterMember> members(long... ids) {
        return LongStream.of(ids).mapToObj(id -> member(id, "http://host" + id + ":2380")).toList();
    }

    private List<Long> served() {
        return book.page().members().stream().map(PeerAddress::id).sorted().toList();
    }

    @Test
    void thoseThatWereFoundStayUntilTheOneThatJoinsIsApplied() {
        book.found(SELF, members(1, 2, 3));
        book.applied(members(1), Set.of());
        assertEquals(List.of(1L, 2L, 3L), served());
        book.applied(members(1, 4), Set.of());
        assertEquals(List.of(1L, 2L, 3L, 4L), served());
        book.applied(members(1, 3, 4), Set.of());
        assertEquals(List.of(1L, 3L, 4L), served());
        book.applied(members(1, 4), Set.of());
        assertEquals(List.of(1L, 4L), served());
    }

    @Test
    void thoseThatTheLogHasRemovedDoNotStay() {
        book.found(SELF, members(1, 2, 3));
        book.applied(members(1), Set.of(2L));
        assertEquals(List.of(1L, 3L), served());
        assertEquals(Set.of(2L), book.page().removed());
        book.applied(members(1), Set.of(2L, SELF));
        assertEquals(List.of(1L), served());
    }

    @Test
    void aMemberThatMovedIsWhereItWasFound() {
        book.found(SELF, List.of(member(1, "http://new:2380"), member(SELF, "http://self:2380")));
        book.applied(List.of(member(1, "http://old:2380")), Set.of());
        assertEquals(Optional.of(new PeerAddress(1, List.of(URI.create("http://new:2380")))), book.page().member(1));
    }

    @Test
    void withoutAnythingFoundTheAppliedMembersAreServed() {
        book.applied(members(1, 2), Set.of());
        book.applied(members(2), Set.of(1L));
        assertEquals(List.of(2L), served());
    }

    @Test
    void memberIsDialledByEveryNameThatEtcdTakes() {
        book.applied(List.of(ClusterMember.ofBootstrap(1, "one",
                List.of("http://etcd_1:2380", "https://[::1]:2380", "unix://a", "http://a", "no url"))), Set.of());
        assertEquals(List.of(URI.create("http://etcd_1:2380"), URI.create("https://[::1]:2380")), book.page().member(1).orElseThrow().urls());
    }
}
