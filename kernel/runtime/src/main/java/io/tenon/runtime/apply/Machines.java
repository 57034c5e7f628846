package io.tenon.runtime.apply;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.AlarmPort;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Change;
import io.tenon.spi.state.EventPort;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.LeasePort;
import io.tenon.spi.state.MembershipPort;
import io.tenon.spi.state.PermissionPort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.state.V2Port;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.RequestHeader;
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
    /** Machines every member runs, in every profile; in the order in which they are restored. */
    public static final List<String> REQUIRED = List.of("cluster", "v2store", "lease", "auth", "mvcc");

    private final Map<RequestKind, StateMachine> byKind = new EnumMap<>(RequestKind.class);
    private final List<StateMachine> inOrder = new ArrayList<>();
    private volatile EventPort events = NoWatchers.INSTANCE;
    private volatile AlarmPort alarms = NoAlarms.INSTANCE;
    private volatile PermissionPort permissions = AuthOff.INSTANCE;
    /** Answers while the keyspace's bundle is replaced. */
    private Optional<KeyspacePort> standingKeyspace = Optional.empty();

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
        if (machine instanceof PermissionPort port) {
            permissions = port;
        }
    }

    /** Afterwards the machine is not reached through any port but that of the alarms. */
    public void remove(StateMachine machine) {
        if (machine instanceof KeyspacePort port) {
            standingKeyspace = Optional.of(new StandingKeyspace(port.revision()));
        }
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

    /** True when every required machine that is restored before this one is in place. */
    public boolean hasAllBefore(StateMachine machine) {
        List<String> before = REQUIRED.subList(0, Math.max(0, REQUIRED.indexOf(machine.id())));
        return inOrder.stream().map(StateMachine::id).toList().containsAll(before);
    }

    public List<StateMachine> inOrder() {
        return inOrder;
    }

    Optional<StateMachine> of(RequestKind kind) {
        return Optional.ofNullable(byKind.get(kind));
    }

    /** While the keyspace's bundle is away nothing is applied, but calls of other bundles that run between entries ask for the revision. */
    @Override
    public KeyspacePort keyspace() {
        return find(KeyspacePort.class).or(() -> standingKeyspace).orElseThrow(() -> missing(KeyspacePort.class));
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

    /** As {@link #membership}; empty while the cluster bundle is away. */
    Optional<MembershipPort> membershipInPlace() {
        return find(MembershipPort.class);
    }

    @Override
    public EventPort events() {
        return events;
    }

    @Override
    public V2Port v2() {
        return port(V2Port.class);
    }

    /** Any thread. While the auth bundle is away nothing is applied, and what it last had still holds. */
    @Override
    public PermissionPort permissions() {
        return permissions;
    }

    private <T> T port(Class<T> type) {
        return find(type).orElseThrow(() -> missing(type));
    }

    private <T> Optional<T> find(Class<T> type) {
        for (StateMachine machine : inOrder) {
            if (type.isInstance(machine)) {
                return Optional.of(type.cast(machine));
            }
        }
        return Optional.empty();
    }

    private static IllegalStateException missing(Class<?> type) {
        return new IllegalStateException("no state machine offers " + type.getSimpleName());
    }

    /** The keyspace stands still while its bundle is replaced, so its revision is known. */
    private record StandingKeyspace(long revision) implements KeyspacePort {

        @Override
        public long delete(ApplyContext context, List<ByteString> keys) {
            throw new IllegalStateException("an entry was applied at revision " + revision + " while the keyspace is away");
        }
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

    /** Before the first machine that knows users is restored nothing is applied. */
    private enum AuthOff implements PermissionPort {
        INSTANCE;

        @Override
        public void check(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
            // Everybody may do everything.
        }

        @Override
        public RequestHeader asRoot() {
            return RequestHeader.getDefaultInstance();
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
