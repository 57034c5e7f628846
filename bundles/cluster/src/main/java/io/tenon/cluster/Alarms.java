package io.tenon.cluster;

import io.tenon.api.Refusals;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmType;
import java.util.ArrayList;
import java.util.List;

/**
 * The active alarms. Changed by the apply loop, read by any thread: a put asks for an alarm, so asking is one volatile read.
 */
final class Alarms {
    private volatile List<AlarmMember> active = List.of();

    List<AlarmMember> all() {
        return active;
    }

    boolean active(AlarmType type) {
        List<AlarmMember> now = active;
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i).getAlarm() == type) {
                return true;
            }
        }
        return false;
    }

    /**
     * What an alarm request changes or asks for (reference: gRPC behaviour, maintenance). A member is no filter when alarms are asked for,
     * and raising one that is raised answers with it again.
     */
    List<AlarmMember> apply(ApplyContext context, AlarmRequest request) {
        return switch (request.getAction()) {
            case GET -> active.stream()
                    .filter(alarm -> request.getAlarmValue() == 0 || alarm.getAlarmValue() == request.getAlarmValue()).toList();
            case ACTIVATE -> activate(context, alarmOf(request));
            case DEACTIVATE -> deactivate(context, alarmOf(request));
            // Go's etcd dies of it; a refusal is the same on every member of ours.
            case UNRECOGNIZED -> throw Refusals.UNKNOWN_METHOD.asException();
        };
    }

    /** Takes in a stored alarm. */
    void load(AlarmMember alarm) {
        List<AlarmMember> more = new ArrayList<>(active);
        more.add(alarm);
        active = List.copyOf(more);
    }

    void clear() {
        active = List.of();
    }

    private List<AlarmMember> activate(ApplyContext context, AlarmMember alarm) {
        if (alarm.getAlarmValue() == 0) {
            return List.of();
        }
        if (!active.contains(alarm)) {
            context.put(Bucket.ALARM, alarm.toByteArray(), Row.EMPTY);
            load(alarm);
        }
        return List.of(alarm);
    }

    private List<AlarmMember> deactivate(ApplyContext context, AlarmMember alarm) {
        List<AlarmMember> fewer = new ArrayList<>(active);
        if (!fewer.remove(alarm)) {
            return List.of();
        }
        context.delete(Bucket.ALARM, alarm.toByteArray());
        active = List.copyOf(fewer);
        return List.of(alarm);
    }

    private static AlarmMember alarmOf(AlarmRequest request) {
        return AlarmMember.newBuilder().setMemberID(request.getMemberID()).setAlarmValue(request.getAlarmValue()).build();
    }
}
