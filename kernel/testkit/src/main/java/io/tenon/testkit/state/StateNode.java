package io.tenon.testkit.state;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.EventPort;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.Rows;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The replicated state of one node, driven by hand on the test's thread: machines are restored from the tables, entries are applied one
 * by one, and nothing is visible to readers before {@link #publish()}. For a restart make a new node over {@link #saved()}.
 */
public final class StateNode {
    public static final long CLUSTER_ID = 0xcdf818194e3a8c32L;
    public static final long MEMBER_ID = 0x8e9e05c52164694dL;
    private final MemoryTables tables;
    private final MemoryRows liveRows;
    private final List<StateMachine> machines;
    private final FakePorts ports = new FakePorts(this::machineWith);
    private MemoryRows published;
    private boolean changed = true;
    private LogMark mark;
    private long nowNanos = 1_000_000_000_000L;

    /** Restores the machines, in their order, from these tables, which become the node's own; then publishes. */
    public static StateNode start(MemoryTables tables, StateMachine... machines) {
        StateNode node = prepare(tables, machines);
        node.restore();
        return node;
    }

    public static StateNode start(StateMachine... machines) {
        return start(new MemoryTables(), machines);
    }

    /** Like {@link #start}, but leaves time to grant fake leases before {@link #restore()}. */
    public static StateNode prepare(MemoryTables tables, StateMachine... machines) {
        return new StateNode(tables, Stream.of(machines).sorted(Comparator.comparingInt(StateMachine::order)).toList());
    }

    private StateNode(MemoryTables tables, List<StateMachine> machines) {
        this.tables = tables;
        this.machines = machines;
        liveRows = new MemoryRows(tables);
        mark = new LogMark(2, 0);
    }

    public void restore() {
        MemoryView view = new MemoryView(tables.copy(), mark);
        machines.forEach(machine -> machine.restore(view, ports));
        publish();
    }

    /** Applies an entry for which a client waits, and publishes. */
    public Object apply(InternalRaftRequest request) {
        Object answer = applyUnpublished(request, true);
        publish();
        return answer;
    }

    /** Applies an entry of a batch that goes on. */
    public Object applyUnpublished(InternalRaftRequest request, boolean answered) {
        mark = new LogMark(mark.term(), mark.index() + 1);
        RequestKind kind = kindOf(request);
        StateMachine machine = machines.stream().filter(each -> each.kinds().contains(kind)).findFirst()
                .orElseThrow(() -> new IllegalStateException("no machine of this test applies " + kind));
        FakeContext context = new FakeContext(this, mark, answered);
        try {
            return machine.apply(context, kind, request);
        } finally {
            context.end();
        }
    }

    /** Gives the machines, and who watches, the rows as they are now. */
    public Rows publish() {
        if (changed || published == null) {
            published = new MemoryRows(tables.copy());
            changed = false;
        }
        machines.forEach(machine -> machine.publish(published));
        EventPort events = ports.events();
        if (machineWith(KeyspacePort.class) instanceof KeyspacePort keyspace) {
            events.published(keyspace.revision());
        }
        return published;
    }

    /** Moves the clock and ticks every machine; publishes what they changed. */
    public void tick(long passedNanos) {
        nowNanos += passedNanos;
        for (StateMachine machine : machines) {
            within(context -> machine.tick(context, nowNanos));
        }
        publish();
    }

    public void leadershipChanged(boolean leader) {
        machines.forEach(machine -> machine.leadershipChanged(leader, nowNanos));
    }

    /** Runs work with a context of its own, for ports that ask for one. */
    public void within(Consumer<ApplyContext> work) {
        FakeContext context = new FakeContext(this, mark, false);
        try {
            work.accept(context);
        } finally {
            context.end();
        }
    }

    /** A copy of all rows, as a restarted node would find them. */
    public MemoryTables saved() {
        return tables.copy();
    }

    /** The rows that readers see now. */
    public MemoryRows published() {
        return published;
    }

    public Ports ports() {
        return ports;
    }

    /** The lease port, when no machine of this test offers one. */
    public FakeLeases fakeLeases() {
        return ports.fakeLeases();
    }

    /** The event port, when no machine of this test offers one. */
    public RecordedEvents recordedEvents() {
        return ports.recordedEvents();
    }

    public long nowNanos() {
        return nowNanos;
    }

    public ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setClusterId(CLUSTER_ID).setMemberId(MEMBER_ID).setRevision(revision)
                .setRaftTerm(mark.term()).build();
    }

    Rows liveRows() {
        return liveRows;
    }

    void write(Bucket bucket, byte[] key, byte[] value) {
        changed = true;
        tables.put(bucket, key, value);
    }

    void erase(Bucket bucket, byte[] key) {
        changed = true;
        tables.delete(bucket, key);
    }

    void checkOwned(Bucket bucket) {
        // The bucket meta has several owners, each of its own keys.
        if (bucket != Bucket.META && machines.stream().noneMatch(machine -> machine.buckets().contains(bucket))) {
            throw new IllegalStateException("no machine of this test owns bucket " + bucket);
        }
    }

    private Object machineWith(Class<?> port) {
        return machines.stream().filter(port::isInstance).findFirst().orElse(null);
    }

    /** The kind of an entry, by its one body. */
    public static RequestKind kindOf(InternalRaftRequest request) {
        return request.getAllFields().keySet().stream()
                .map(field -> field.getName().toUpperCase(Locale.ROOT))
                .filter(name -> !name.equals("HEADER") && !name.equals("ID"))
                .map(name -> name.startsWith("AUTH") ? "AUTH" : name)
                .map(RequestKind::valueOf).findFirst().orElseThrow(() -> new IllegalArgumentException("entry without a body"));
    }
}
