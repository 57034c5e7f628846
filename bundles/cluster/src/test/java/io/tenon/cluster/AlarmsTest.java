package io.tenon.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.Refusals;
import io.tenon.api.RefusedException;
import io.tenon.api.config.Compat;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Alarms as etcd 3.5.30 answered for them. */
class AlarmsTest {

    @Test
    void everyRecordedStepIsAnsweredAlike() throws Exception {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        int steps = 0;
        for (String line : Fixture.resource("alarms.txt").lines().filter(line -> !line.startsWith("#")).toList()) {
            String[] columns = line.split("\\|", -1);
            AlarmRequest request = AlarmRequest.parseFrom(HexFormat.of().parseHex(columns[1]));
            Object answer = fixture.node.apply(InternalRaftRequest.newBuilder().setAlarm(request).build());
            assertEquals(AlarmResponse.parseFrom(HexFormat.of().parseHex(columns[2])), answer, columns[0]);
            steps++;
        }
        assertEquals(11, steps);
    }

    @Test
    void alarmIsARowUntilItIsDisarmed() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.node.apply(request(AlarmRequest.AlarmAction.ACTIVATE, AlarmType.NOSPACE));
        assertTrue(fixture.machine.active(AlarmType.NOSPACE));
        assertFalse(fixture.machine.active(AlarmType.CORRUPT));
        assertEquals("", fixture.row(Bucket.ALARM, "\u0008\u0005\u0010\u0001").orElseThrow());
        Fixture restarted = new Fixture(Compat.V3_5, fixture.node.saved());
        assertTrue(restarted.machine.active(AlarmType.NOSPACE));
        restarted.node.apply(request(AlarmRequest.AlarmAction.DEACTIVATE, AlarmType.NOSPACE));
        assertFalse(restarted.machine.active(AlarmType.NOSPACE));
        assertEquals(0, restarted.node.saved().count(Bucket.ALARM));
    }

    @Test
    void noneIsNoAlarm() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        fixture.node.apply(request(AlarmRequest.AlarmAction.ACTIVATE, AlarmType.NONE));
        assertEquals(0, fixture.node.saved().count(Bucket.ALARM));
    }

    @Test
    void unknownActionIsRefused() {
        Fixture fixture = Fixture.bootstrapped(Compat.V3_5);
        InternalRaftRequest unknown = InternalRaftRequest.newBuilder().setAlarm(AlarmRequest.newBuilder().setActionValue(9)).build();
        assertEquals(Refusals.UNKNOWN_METHOD, assertThrows(RefusedException.class, () -> fixture.node.apply(unknown)).refusal());
    }

    private static InternalRaftRequest request(AlarmRequest.AlarmAction action, AlarmType type) {
        return InternalRaftRequest.newBuilder()
                .setAlarm(AlarmRequest.newBuilder().setAction(action).setMemberID(5).setAlarm(type)).build();
    }
}
