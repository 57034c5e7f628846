package io.tenon.api.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts as etcd 3.5.30 wrote them into its log and its rows. */
class MemberJsonTest {

    @Test
    void bootstrapContextNamesTheMember() {
        ClusterMember member = ClusterMember.ofBootstrap(Long.parseUnsignedLong("10276657743932975437"), "default",
                List.of("http://localhost:2380"));
        assertEquals("{\"id\":10276657743932975437,\"peerURLs\":[\"http://localhost:2380\"],\"name\":\"default\"}",
                MemberJson.write(member));
    }

    @Test
    void rowOfAStartedMemberHasItsClientUrls() {
        String row = "{\"id\":10276657743932975437,\"peerURLs\":[\"http://localhost:2380\"],\"name\":\"default\","
                + "\"clientURLs\":[\"http://localhost:2379\"]}";
        assertEquals(row, MemberJson.write(MemberJson.read(row).member()));
    }

    @Test
    void learnerSaysSoAfterItsUrls() {
        String context = "{\"id\":8892927503601074867,\"peerURLs\":[\"http://127.0.0.1:41823\"],\"isLearner\":true}";
        ClusterMember member = MemberJson.read(context).member();
        assertTrue(member.learner());
        assertFalse(member.started());
        assertEquals(context, MemberJson.write(member));
        assertEquals("{\"peerURLs\":[\"http://127.0.0.1:41823\"],\"isLearner\":true}", MemberJson.writeRaftAttributes(member));
    }

    @Test
    void promotionHasNullUrls() {
        String context = "{\"id\":8892927503601074867,\"peerURLs\":null,\"isPromote\":true}";
        assertEquals(context, MemberJson.writePromotion(8892927503601074867L));
        assertTrue(MemberJson.read(context).promotion());
        assertEquals(List.of(), MemberJson.read(context).member().peerUrls());
    }

    @Test
    void memberWithoutUrlsHasNull() {
        assertEquals("{\"id\":1,\"peerURLs\":null}", MemberJson.write(new ClusterMember(1, List.of(), false, "", List.of())));
    }

    @Test
    void attributesLeaveOutWhatIsEmpty() {
        assertEquals("{\"name\":\"m\",\"clientURLs\":[\"a\",\"b\"]}", MemberJson.writeAttributes("m", List.of("a", "b")));
        assertEquals("{\"clientURLs\":[\"a\"]}", MemberJson.writeAttributes("", List.of("a")));
        assertEquals("{}", MemberJson.writeAttributes("", List.of()));
    }

    @Test
    void textsAreEscapedAsGoDoes() {
        String odd = "a\"b\\c<d>&\n\t\u0001\u2028é😀";
        String text = MemberJson.writeAttributes(odd, List.of());
        assertEquals("{\"name\":\"a\\\"b\\\\c\\u003cd\\u003e\\u0026\\n\\t\\u0001\\u2028é😀\"}", text);
        assertEquals(odd, JsonReader.object(text).text("name"));
    }

    @Test
    void unknownFieldsAndOtherCaseAreReadOver() {
        ClusterMember member = MemberJson.read(" { \"ID\" : 7 , \"x\":{\"y\":[1,{},[]],\"z\":null}, \"PeerURLs\":[ \"a\" ] } ").member();
        assertEquals(new ClusterMember(7, List.of("a"), false, "", List.of()), member);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"id\":}", "{\"id\":1", "{\"id\":1}x", "{\"id\":1,}", "{\"name\":\"a}", "{\"name\":7}", "{\"id\" 1}",
        "{\"id\":18446744073709551616}", "{\"id\":\"1\"}", "{\"peerURLs\":{}}", "{\"peerURLs\":[1]}"})
    void whatIsNoMemberIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> MemberJson.read(text));
    }
}
