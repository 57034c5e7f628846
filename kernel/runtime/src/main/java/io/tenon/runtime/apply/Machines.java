package io.tenon.runtime.apply;

import io.tenon.spi.state.AlarmPort;
import io.tenon.spi.state.Change;
import io.tenon.spi.state.EventPort;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.LeasePort;
import io.tenon.spi.state.MembershipPort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The state machines that are in place, and the ports between them. Changed only while the apply loop is paused or by the apply loop
 * itself.
 */
public final class Machines implements Ports {
    /** Machines every member runs, in every profile. */
    public static final Set<String> REQUIRED = Set.of("cluster", "lease", "mvcc");

    private final Map<RequestKind, StateMachine> byKind = new EnumMap<>(RequestKind.class);
    private final List<StateMachine> inOrder = new ArrayList<>();
    private volatile EventPort events = NoWatchers.INSTANCE;
    private volatile AlarmPort alarms = NoAlarms.INSTANCE;

    /** @throws IllegalStateException two machines claim one kind of request */
    public void add(StateMachine machine) {
        for (RequestKind kind : machine.kinds()) {
            StateMachine other = byKind.putIfAbsent(kind, machine);
            if (other != null) {
                throw new IllegalStateException(kind + " is applied by " + other.id() + " and cannot be by " + machine.id() + " too");
            }
        }
        inOrder.add(machine);
        inOrder.sort(Comparator.comparingInt(StateMachine::order));
        if (machine instanceof AlarmPort port) {
            alarms = port;
        }
    }

    public void remove(StateMachine machine) {
        inOrder.remove(machine);
        byKind.values().removeIf(there -> there == machine);
    }

    public void events(Optional<EventPort> port) {
        events = port.orElse(NoWatchers.INSTANCE);
    }

    /** True when every required machine is in place. */
    public boolean complete() {
        return inOrder.stream().map(StateMachine::id).filter(REQUIRED::contains).count() == REQUIRED.size();
    }

    public List<StateMachine> inOrder() {
        return inOrder;
    }

    Optional<StateMachine> of(RequestKind kind) {
        return Optional.ofNullable(byKind.get(kind));
    }

    @Override
    public KeyspacePort keyspace() {
        return port(KeyspacePort.class);
    }

    @Override
    public LeasePort leases() {
        return port(LeasePort.class);
    }

    /** Any thread: edges ask for alarms too. While the cluster bundle is away the alarms it last had still hold. */
    @Override
    public AlarmPort alarms() {
        return alarms;
    }

    @Override
    public MembershipPort membership() {
        return port(MembershipPort.class);
    }

    @Override
    public EventPort events() {
        return events;
    }

    private <T> T port(Class<T> type) {
        for (StateMachine machine : inOrder) {
            if (type.isInstance(machine)) {
                return type.cast(machine);
            }
        }
        throw new IllegalStateException("no state machine offers " + type.getSimpleName());
    }

    /** Nobody watches while the watch bundle is away; its successor reads what it missed from the history. */
    private enum NoWatchers implements EventPort {
        INSTANCE;

        @Override
        public void changed(long revision, List<Change> changes) {
            // Watchers hold cursors: what is not told now is read later.
        }

        @Override
        public void published(long revision) {
            // As above.
        }
    }

    /** Before the first machine that knows alarms is restored there are none. */
    private enum NoAlarms implements AlarmPort {
        INSTANCE;

        @Override
        public boolean active(io.tenon.wire.etcdserverpb.AlarmType type) {
            return false;
        }

        @Override
        public List<io.tenon.wire.etcdserverpb.AlarmMember> alarms() {
            return List.of();
        }
    }
}
