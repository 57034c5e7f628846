package io.tenon.testkit.state;

import io.tenon.spi.state.AlarmPort;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.EventPort;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.LeasePort;
import io.tenon.spi.state.MembershipPort;
import io.tenon.spi.state.PermissionPort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.V2Port;
import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.RequestHeader;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Ports of the machines that are there, and fakes of the others. */
final class FakePorts implements Ports {
    private final FakeLeases fakeLeases = new FakeLeases();
    private final FakeV2 fakeV2 = new FakeV2();
    private final RecordedEvents recordedEvents = new RecordedEvents();
    private final Function<Class<?>, Object> machineWith;

    /** @param machineWith finds the machine that offers a port, or null when none does */
    FakePorts(Function<Class<?>, Object> machineWith) {
        this.machineWith = machineWith;
    }

    FakeLeases fakeLeases() {
        return fakeLeases;
    }

    RecordedEvents recordedEvents() {
        return recordedEvents;
    }

    @Override
    public KeyspacePort keyspace() {
        return required(KeyspacePort.class);
    }

    @Override
    public LeasePort leases() {
        return machineWith.apply(LeasePort.class) instanceof LeasePort leases ? leases : fakeLeases;
    }

    @Override
    public AlarmPort alarms() {
        return machineWith.apply(AlarmPort.class) instanceof AlarmPort alarms ? alarms : NoAlarms.NO_ALARMS;
    }

    @Override
    public MembershipPort membership() {
        return required(MembershipPort.class);
    }

    @Override
    public EventPort events() {
        return machineWith.apply(EventPort.class) instanceof EventPort events ? events : recordedEvents;
    }

    @Override
    public V2Port v2() {
        return machineWith.apply(V2Port.class) instanceof V2Port v2 ? v2 : fakeV2;
    }

    @Override
    public PermissionPort permissions() {
        return machineWith.apply(PermissionPort.class) instanceof PermissionPort permissions ? permissions : AuthOff.AUTH_OFF;
    }

    private enum AuthOff implements PermissionPort {
        AUTH_OFF;

        @Override
        public void check(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
            // Everybody may do everything.
        }

        @Override
        public RequestHeader asRoot() {
            return RequestHeader.getDefaultInstance();
        }
    }

    /** A tree that only counts. */
    private static final class FakeV2 implements V2Port {
        private long index;

        @Override
        public long index() {
            return index;
        }

        @Override
        public void mirrored(ApplyContext context, int changes) {
            index += changes;
        }

        @Override
        public SortedMap<String, String> snapshotNodes() {
            return new TreeMap<>();
        }
    }

    private <T> T required(Class<T> port) {
        Object machine = machineWith.apply(port);
        if (machine == null) {
            throw new IllegalStateException("no machine of this test offers " + port.getSimpleName());
        }
        return port.cast(machine);
    }

    private enum NoAlarms implements AlarmPort {
        NO_ALARMS;

        @Override
        public boolean active(AlarmType type) {
            return false;
        }

        @Override
        public List<AlarmMember> alarms() {
            return List.of();
        }
    }
}
