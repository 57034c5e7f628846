package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Message;
import io.tenon.api.Refusal;
import io.tenon.api.config.Compat;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.DowngradeRequest;
import io.tenon.wire.etcdserverpb.MemberAddRequest;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberPromoteRequest;
import io.tenon.wire.etcdserverpb.MemberRemoveRequest;
import io.tenon.wire.etcdserverpb.MemberUpdateRequest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What etcd 3.5.30 answered to calls about a cluster of one, byte for byte, and in this order. */
class RecordedCallsTest {
    /** The seconds in which members were added, of which their ids are made. */
    private static final Map<String, Long> ADDED_AT = Map.of("add learner", 1_795_356_269L, "add voter", 1_795_356_283L);

    private final Fixture fixture = Fixture.bootstrapped(Compat.V3_5);

    @Test
    void everyAnswerIsTheRecordedOne() throws Exception {
        fixture.tick(3);
        fixture.reconfiguration.match(StateNode.MEMBER_ID, 12);
        for (String line : Fixture.resource("cluster-calls.txt").lines().filter(text -> !text.startsWith("#")).toList()) {
            String[] columns = line.split("\t", -1);
            fixture.unixSeconds = ADDED_AT.getOrDefault(columns[0], fixture.unixSeconds);
            byte[] request = columns[2].equals("-") ? new byte[0] : HexFormat.of().parseHex(columns[2]);
            RecordedReply<Message> reply = new RecordedReply<>();
            call(columns[1], request, reply);
            // A promotion is decided with a tick; 3.5 never answers to an entry about a downgrade.
            for (int tick = 0; tick < 80 && !reply.done(); tick++) {
                fixture.tick(1);
            }
            if (columns[3].equals("0")) {
                assertEquals(columns[5], HexFormat.of().formatHex(reply.answer().toByteArray()), columns[0]);
            } else {
                Refusal refusal = reply.refusal();
                assertEquals(columns[3] + " " + columns[4], refusal.code().number() + " " + refusal.text(), columns[0]);
            }
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // every call's reply is some message
    private void call(String method, byte[] request, RecordedReply reply) throws Exception {
        switch (method) {
            case "MemberList" -> fixture.machine.memberList(MemberListRequest.parseFrom(request), Fixture.CALL, reply);
            case "MemberAdd" -> fixture.machine.memberAdd(MemberAddRequest.parseFrom(request), Fixture.CALL, reply);
            case "MemberRemove" -> fixture.machine.memberRemove(MemberRemoveRequest.parseFrom(request), Fixture.CALL, reply);
            case "MemberUpdate" -> fixture.machine.memberUpdate(MemberUpdateRequest.parseFrom(request), Fixture.CALL, reply);
            case "MemberPromote" -> fixture.machine.memberPromote(MemberPromoteRequest.parseFrom(request), Fixture.CALL, reply);
            case "Downgrade" -> fixture.machine.downgrade(DowngradeRequest.parseFrom(request), Fixture.CALL, reply);
            default -> throw new IllegalArgumentException(method);
        }
    }
}
