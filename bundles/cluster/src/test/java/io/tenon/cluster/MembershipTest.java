package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.ConfStateJson;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.ConfState;
import io.tenon.spi.storage.Bucket;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Configuration changes, in the order in which etcd 3.5.30 logged them, and the rows they leave. */
class MembershipTest {
    private static final long M1 = 5249817134729398576L;
    private static final long LEARNER = 8892927503601074867L;
    private static final String ADD_LEARNER = "{\"id\":8892927503601074867,\"peerURLs\":[\"http://127.0.0.1:41823\"],\"isLearner\":true}";
    private static final String PROMOTE = "{\"id\":8892927503601074867,\"peerURLs\":null,\"isPromote\":true}";

    @Test
    void firstEntryMakesTheRowsOfAFreshEtcd() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.node.within(context -> fixture.machine.storeConfState(context, ConfState.ofVoters(List.of(StateNode.MEMBER_ID))));
        assertEquals(Optional.of(Fixture.BOOTSTRAP), fixture.row(Bucket.MEMBERS, "8e9e05c52164694d"));
        assertEquals(Optional.of("{\"voters\":[10276657743932975437],\"auto_leave\":false}"), fixture.row(Bucket.META, "confState"));
        assertEquals(Optional.of("\0\0\0\0\0\0\0\1"), fixture.row(Bucket.AUTH, "authRevision"));
        assertEquals(1, fixture.node.saved().count(Bucket.META));
    }

    @Test
    void authRevisionIsNotWrittenOverInAStoreThatHasIt() {
        MemoryTables tables = new MemoryTables();
        tables.put(Bucket.AUTH, Row.utf8("authRevision"), new byte[] {0, 0, 0, 0, 0, 0, 0, 9});
        Fixture fixture = new Fixture(Compat.V3_5, tables);
        fixture.change(Kind.ADD_VOTER, StateNode.MEMBER_ID, Fixture.BOOTSTRAP);
        assertEquals(Optional.of("\0\0\0\0\0\0\0\t"), fixture.row(Bucket.AUTH, "authRevision"));
    }

    @Test
    void learnerIsAddedPromotedAndRemovedForGood() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        assertEquals(LEARNER, fixture.change(Kind.ADD_LEARNER, LEARNER, ADD_LEARNER));
        assertEquals(Optional.of(ADD_LEARNER), fixture.row(Bucket.MEMBERS, "7b6a0672a17182b3"));
        assertEquals(LEARNER, fixture.change(Kind.ADD_VOTER, LEARNER, PROMOTE));
        assertEquals(Optional.of(ADD_LEARNER.replace(",\"isLearner\":true", "")), fixture.row(Bucket.MEMBERS, "7b6a0672a17182b3"));
        assertEquals(0, fixture.change(Kind.ADD_VOTER, LEARNER, PROMOTE), "a voter is not promoted again");
        assertEquals(LEARNER, fixture.change(Kind.REMOVE, LEARNER, ""));
        assertEquals(Optional.empty(), fixture.row(Bucket.MEMBERS, "7b6a0672a17182b3"));
        assertEquals(Optional.of("removed"), fixture.row(Bucket.MEMBERS_REMOVED, "7b6a0672a17182b3"));
        assertEquals(0, fixture.change(Kind.REMOVE, LEARNER, ""));
        assertEquals(0, fixture.change(Kind.ADD_VOTER, LEARNER, ADD_LEARNER), "a removed id never comes back");
    }

    @Test
    void changesThatBreakARuleHaveNoEffect() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        assertEquals(0, fixture.change(Kind.ADD_VOTER, StateNode.MEMBER_ID, Fixture.BOOTSTRAP), "id exists");
        assertEquals(0, fixture.change(Kind.ADD_VOTER, M1, "{\"id\":" + M1 + ",\"peerURLs\":[\"http://localhost:2380\"]}"), "URL in use");
        assertEquals(0, fixture.change(Kind.ADD_VOTER, M1, "{\"id\":" + M1 + ",\"peerURLs\":null,\"isPromote\":true}"), "no such member");
        assertEquals(0, fixture.change(Kind.UPDATE, M1, "{\"id\":" + M1 + ",\"peerURLs\":[\"http://a\"]}"), "no such member");
        assertEquals(0, fixture.change(Kind.REMOVE, M1, ""), "no such member");
        assertEquals(LEARNER, fixture.change(Kind.ADD_LEARNER, LEARNER, ADD_LEARNER));
        assertEquals(0, fixture.change(Kind.ADD_LEARNER, 5, "{\"id\":5,\"peerURLs\":[\"http://b\"],\"isLearner\":true}"), "one learner");
        assertEquals(0, fixture.change(Kind.UPDATE, LEARNER, "{\"id\":" + LEARNER + ",\"peerURLs\":[\"http://localhost:2380\"]}"));
        assertEquals(2, fixture.node.saved().count(Bucket.MEMBERS));
    }

    @Test
    void updateChangesUrlsAndKeepsWhatTheMemberTold() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.node.tick(1);
        fixture.change(Kind.UPDATE, StateNode.MEMBER_ID, "{\"id\":10276657743932975437,\"peerURLs\":[\"foo\"]}");
        assertEquals(Optional.of("{\"id\":10276657743932975437,\"peerURLs\":[\"foo\"],\"name\":\"default\","
                + "\"clientURLs\":[\"http://localhost:2379\"]}"), fixture.row(Bucket.MEMBERS, "8e9e05c52164694d"));
        fixture.change(Kind.UPDATE, StateNode.MEMBER_ID, "{\"id\":10276657743932975437,\"peerURLs\":null}");
        assertTrue(fixture.row(Bucket.MEMBERS, "8e9e05c52164694d").orElseThrow().contains("\"peerURLs\":null,"));
    }

    @Test
    void changeThatSpeaksOfAnotherMemberHaltsTheNode() {
        Fixture fixture = Fixture.fresh(Compat.V3_5);
        assertThrows(IllegalStateException.class, () -> fixture.change(Kind.ADD_VOTER, 5, Fixture.BOOTSTRAP));
        assertThrows(IllegalArgumentException.class, () -> fixture.change(Kind.ADD_VOTER, 5, ""));
    }

    @Test
    void leavingAJointConfigurationPassesThrough() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        ConfChange leave = new ConfChange(false, 0, ConfChange.Transition.AUTO, List.of(), ByteString.EMPTY);
        fixture.node.within(context -> assertEquals(leave, fixture.machine.applyConfChange(context, leave).change()));
        ConfChange steps = new ConfChange(false, 0, ConfChange.Transition.AUTO, List.of(new ConfChange.Step(Kind.ADD_VOTER, 5)),
                ByteString.EMPTY);
        fixture.node.within(context ->
                assertThrows(UnsupportedEntryException.class, () -> fixture.machine.applyConfChange(context, steps)));
    }

    @Test
    void everyConfigurationSurvivesItsRow() {
        ConfState joint = new ConfState(List.of(1L, -2L), List.of(3L), List.of(4L), List.of(5L), true);
        assertEquals("{\"voters\":[1,18446744073709551614],\"learners\":[3],\"voters_outgoing\":[4],\"learners_next\":[5],"
                + "\"auto_leave\":true}", ConfStateJson.write(joint));
        assertEquals(joint, ConfStateJson.read(ConfStateJson.write(joint)));
        assertEquals(ConfState.EMPTY, ConfStateJson.read(ConfStateJson.write(ConfState.EMPTY)));
    }

    @Test
    void restartFindsTheSameMembership() {
        Fixture before = Fixture.bootstrapped(Compat.V3_5);
        before.node.tick(1);
        before.node.tick(1);
        before.change(Kind.ADD_LEARNER, LEARNER, ADD_LEARNER);
        before.change(Kind.REMOVE, LEARNER, "");
        before.node.within(context -> before.machine.storeConfState(context, ConfState.ofVoters(List.of(StateNode.MEMBER_ID))));
        Fixture after = new Fixture(Compat.V3_5, before.node.saved());
        assertEquals(before.machine.snapshotData(), after.machine.snapshotData());
        assertEquals(before.machine.confState(), after.machine.confState());
        assertEquals(before.machine.clusterVersion(), after.machine.clusterVersion());
        assertFalse(after.machine.clusterVersion().isEmpty());
    }

    @Test
    void memberListIsWhatEtcdAnswers() throws Exception {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.node.tick(1);
        byte[] recorded = HexFormat.of().parseHex("0a1808b298eaf1948386fccd0110cdd2918bd2b881cf8e012002124208cdd2918bd2b881cf8e01120764"
                + "656661756c741a15687474703a2f2f6c6f63616c686f73743a323338302215687474703a2f2f6c6f63616c686f73743a32333739");
        for (boolean linearizable : new boolean[] {false, true}) {
            RecordedReply<MemberListResponse> reply = new RecordedReply<>();
            fixture.machine.memberList(MemberListRequest.newBuilder().setLinearizable(linearizable).build(), Fixture.CALL, reply);
            assertEquals(MemberListResponse.parseFrom(recorded), reply.answer());
        }
    }

    @Test
    void membersAreSortedByUnsignedId() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.change(Kind.ADD_VOTER, M1, "{\"id\":" + M1 + ",\"peerURLs\":[\"http://127.0.0.1:41821\"]}");
        RecordedReply<MemberListResponse> reply = new RecordedReply<>();
        fixture.machine.memberList(MemberListRequest.getDefaultInstance(), Fixture.CALL, reply);
        assertEquals(List.of(M1, StateNode.MEMBER_ID), reply.answer().getMembersList().stream().map(member -> member.getID()).toList());
    }

    @Test
    void newerVersionOfTheBundleTakesOverWithoutTheStore() {
        Fixture before = Fixture.bootstrapped(Compat.V3_5);
        before.node.tick(1);
        before.node.tick(1);
        before.change(Kind.ADD_LEARNER, LEARNER, ADD_LEARNER);
        Fixture after = Fixture.fresh(Compat.V3_5);
        assertTrue(after.machine.takeOver(before.machine.handOver().orElseThrow(), after.node.ports()));
        assertEquals(before.machine.snapshotData(), after.machine.snapshotData());
        after.node.tick(1);
        assertEquals(List.of(), after.proposals.proposed(), "it was published in this start already");
    }

    @Test
    void aSnapshotOfAnotherMemberTakesThePlaceOfEverything() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.change(Kind.ADD_LEARNER, LEARNER, ADD_LEARNER);
        fixture.node.within(context -> fixture.machine.storeConfState(context, ConfState.ofVoters(List.of(1L, 2L))));
        fixture.node.apply(InternalRaftRequest.newBuilder().setAlarm(AlarmRequest.newBuilder().setAction(AlarmRequest.AlarmAction.ACTIVATE)
                .setMemberID(1).setAlarm(AlarmType.NOSPACE)).build());
        Fixture leader = Fixture.bootstrapped(Compat.V3_5);
        leader.node.within(context -> leader.machine.storeConfState(context, ConfState.ofVoters(List.of(StateNode.MEMBER_ID))));
        StateNode.start(leader.node.saved(), fixture.machine);
        assertEquals(leader.machine.confState(), fixture.machine.confState());
        assertEquals(leader.machine.snapshotData(), fixture.machine.snapshotData());
        assertEquals(List.of(), fixture.machine.alarms());
        assertFalse(fixture.machine.snapshotData().toStringUtf8().contains("41823"));
    }
}
