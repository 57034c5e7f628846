package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.testkit.state.StateNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of a member that was removed. */
class FarewellTest {
    private static final List<String> REMOVED = List.of("the member has been permanently removed from the cluster");

    @Test
    void whoIsRemovedEndsASecondLaterAndOnce() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.tick(3);
        fixture.change(Kind.REMOVE, StateNode.MEMBER_ID, "");
        fixture.tick(10);
        assertEquals(List.of(), fixture.ends);
        fixture.tick(20);
        assertEquals(REMOVED, fixture.ends);
    }

    @Test
    void dataOfARemovedMemberIsNotServedAgain() {
        Fixture before = Fixture.bootstrapped(Compat.V3_5);
        before.change(Kind.REMOVE, StateNode.MEMBER_ID, "");
        Fixture after = new Fixture(Compat.V3_5, before.node.saved());
        after.tick(1);
        assertEquals(REMOVED, after.ends);
    }

    @Test
    void whoIsNotAMemberYetStays() {
        Fixture joining = Fixture.fresh(Compat.V3_5);
        joining.change(Kind.ADD_VOTER, 5, "{\"id\":5,\"peerURLs\":[\"http://a\"]}");
        joining.change(Kind.REMOVE, 5, "");
        joining.tick(30);
        assertEquals(List.of(), joining.ends);
    }
}
