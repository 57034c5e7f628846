package io.tenon.spi.state;

import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmType;
import java.util.List;

/** Active alarms. {@link #active} and {@link #alarms} may be called by any thread. */
public interface AlarmPort {

    boolean active(AlarmType type);

    List<AlarmMember> alarms();
}
