package io.tenon.api.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids as etcd 3.5.30 computed them. */
class MemberIdsTest {

    @Test
    void defaultMemberHasTheIdThatEverySingleEtcdHas() {
        long member = MemberIds.ofBootstrap(List.of("http://localhost:2380"), "etcd-cluster");
        assertEquals("8e9e05c52164694d", MemberIds.hex(member));
        assertEquals("cdf818194e3a8c32", MemberIds.hex(MemberIds.ofCluster(List.of(member))));
    }

    @Test
    void clusterIdDoesNotDependOnTheOrderOfMembers() {
        long m0 = MemberIds.ofBootstrap(List.of("http://127.0.0.1:41820"), "tok-1");
        long m1 = MemberIds.ofBootstrap(List.of("http://127.0.0.1:41821"), "tok-1");
        long m2 = MemberIds.ofBootstrap(List.of("http://127.0.0.1:41822"), "tok-1");
        assertEquals("f74c15fc7ff3553a", MemberIds.hex(m0));
        assertEquals("48db18de8b4e0930", MemberIds.hex(m1));
        assertEquals("d686e33593235abd", MemberIds.hex(m2));
        assertEquals("a223a46688bd050b", MemberIds.hex(MemberIds.ofCluster(List.of(m0, m1, m2))));
        assertEquals("a223a46688bd050b", MemberIds.hex(MemberIds.ofCluster(List.of(m2, m1, m0))));
    }

    @Test
    void urlsOfOneMemberAreSorted() {
        long member = MemberIds.ofBootstrap(List.of("http://10.0.0.2:2380", "http://10.0.0.1:2380"), "etcd-cluster");
        assertEquals("fd1df2497732e6e6", MemberIds.hex(member));
        assertEquals("1ee65e7033f30b5f", MemberIds.hex(MemberIds.ofCluster(List.of(member))));
    }

    @Test
    void addedMemberTakesTheTimeInPlaceOfTheToken() {
        List<String> urls = List.of("http://127.0.0.1:41999");
        assertEquals(MemberIds.ofBootstrap(urls, "1790000000"), MemberIds.ofAdded(urls, 1_790_000_000L));
        assertNotEquals(MemberIds.ofAdded(urls, 1_790_000_000L), MemberIds.ofAdded(urls, 1_790_000_001L));
    }

    @Test
    void hexIsUnsignedAndUnpadded() {
        assertEquals("fb", MemberIds.hex(251));
        assertEquals(-1L, MemberIds.parseHex("ffffffffffffffff"));
    }
}
