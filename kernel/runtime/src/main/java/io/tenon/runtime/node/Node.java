package io.tenon.runtime.node;

import io.tenon.api.cluster.NodeIdentity;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.apply.LagGate;
import io.tenon.runtime.apply.Machines;
import io.tenon.runtime.apply.QuotaGate;
import io.tenon.runtime.bootstrap.Beginning;
import io.tenon.runtime.bootstrap.FirstConfiguration;
import io.tenon.runtime.bootstrap.ForcedCluster;
import io.tenon.runtime.bootstrap.StartRefused;
import io.tenon.runtime.peer.Book;
import io.tenon.runtime.peer.Peers;
import io.tenon.runtime.proposal.ProposalPipeline;
import io.tenon.runtime.proposal.RequestCodec;
import io.tenon.runtime.proposal.RequestIds;
import io.tenon.runtime.snapshot.Databases;
import io.tenon.runtime.snapshot.Snapshots;
import io.tenon.runtime.storage.EngineDirectory;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.consensus.ConsensusProvider;
import io.tenon.spi.consensus.ConsensusStart;
import io.tenon.spi.election.ElectionRule;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogSession;
import io.tenon.spi.log.LogStore;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineSize;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.StorageEngine;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a running node of configuration, disk and providers. It reads no clock, starts no thread and touches no file but through what it
 * stands on, so a simulator runs it too. Used by one thread.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final long BATCH_BYTES = 16L << 20;
    /** Share of the heap that unsaved rows may take. */
    private static final long TAIL_SHARE_OF_HEAP = 8;
    /** Share of the heap that payloads of proposals may take; each is there a second time as the decoded request. */
    private static final long PROPOSALS_SHARE_OF_HEAP = 16;

    private final NodeConfig config;
    private final Ground ground;
    private final LoopHost host;
    private final EngineFolder engines;

    /**
     * What a node stands on.
     *
     * @param wallMillis time of day
     * @param seeds      of what is drawn by lot
     * @param beginning  what a member without a log begins with
     * @param book       where transports read who the members are
     * @param databases  etcd's database files
     * @param onFailure  told why the node cannot go on
     */
    public record Ground(LoopHost host, EngineDirectory engines, LongSupplier wallMillis, LongSupplier seeds,
                         Beginning beginning, Book book, Databases databases, Consumer<String> onFailure) {
    }

    public Node(NodeConfig config, Ground ground) {
        this.config = config;
        this.ground = ground;
        host = ground.host();
        engines = new EngineFolder(config, ground.engines(), ground.databases());
    }

    /** Id of the storage engine this node's data needs. */
    String engineId() throws IOException {
        return engines.engineId();
    }

    /** True when nothing can be opened before somebody reads a database of Go etcd. */
    boolean needsDatabaseForm() throws IOException {
        return engines.needsDatabaseForm();
    }

    /** True when there is no log yet: what the node is started with then decides who it is. Blocks on the disk. */
    boolean isNew(LogStore store) throws IOException {
        return store.identify(DataDirectory.of(config).logLocation(config)).isEmpty();
    }

    /**
     * The providers a node is made of.
     *
     * @param rules election rules to begin with
     */
    public record Ingredients(LogStore log, StorageEngine engine, ConsensusProvider consensus, List<StateMachine> machines,
                              Set<ElectionRule> rules) {
    }

    /**
     * Opens what is on disk, restores the state, and starts consensus. Blocks for as long as the disk takes.
     *
     * @param wiring told of the parts before any state machine is called
     */
    public NodeParts start(Ingredients from, Consumer<NodeParts> wiring) throws IOException, StartRefused {
        ground.engines().prepare();
        ground.databases().removeLeftovers();
        LogSession log = openLog(from.log());
        EngineSession session = engines.openFor(log, from.engine());
        HardState hardState = Recovery.check(log.recovery(), session.applied(), from.engine().id());
        engines.removeLeftovers();
        if (hasAppliedNothing(log, session)) {
            ground.beginning().resume(log.identity());
        }
        NodeParts parts = assemble(log, session);
        wiring.accept(parts);
        restore(from.machines(), session, parts.machines());
        startApplying(parts);
        startConsensus(parts, from, hardState);
        return parts;
    }

    private static boolean hasAppliedNothing(LogSession log, EngineSession session) {
        return session.applied().index() == 0 && log.recovery().snapshot().isEmpty();
    }

    private LogSession openLog(LogStore store) throws IOException, StartRefused {
        LogLocation location = DataDirectory.of(config).logLocation(config);
        if (isNew(store)) {
            LogBeginning beginning = ground.beginning().decide();
            LogSession log = store.create(location, beginning, host);
            LOG.info("made a new log member={} cluster={} data-dir={}", Long.toHexString(beginning.identity().memberId()),
                    Long.toHexString(beginning.identity().clusterId()), config.dataDirectory());
            return log;
        }
        LogSession log = store.open(location, host);
        LOG.info("opened the log member={} cluster={} first-index={} last-index={} repaired-bytes={}",
                Long.toHexString(log.identity().memberId()), Long.toHexString(log.identity().clusterId()), log.recovery().firstIndex(),
                log.recovery().lastIndex(), log.recovery().repaired());
        return log;
    }

    private NodeParts assemble(LogSession log, EngineSession session) {
        NodeIdentity identity = new NodeIdentity(log.identity().memberId(), log.identity().clusterId());
        Headers headers = new Headers(identity);
        Machines machines = new Machines();
        NodeConfig.Storage options = config.storage();
        AtomicReference<ApplyLoop> applyLoop = new AtomicReference<>();
        StorageCoordinator storage = new StorageCoordinator(host,
                new StorageCoordinator.BatchLimits(options.batchInterval().toNanos(), options.batchLimit(), BATCH_BYTES,
                        Runtime.getRuntime().maxMemory() / TAIL_SHARE_OF_HEAP), work -> applyLoop.get().mustRun(work));
        AtomicReference<ProposalPipeline> pipeline = new AtomicReference<>();
        QuotaGate quota = new QuotaGate(options.quotaBytes(), () -> usedBytes(storage.size()),
                () -> machines.alarms().active(AlarmType.NOSPACE),
                onAnswer -> pipeline.get().propose(noSpaceAlarm(identity), new AlarmReply(onAnswer)));
        pipeline.set(new ProposalPipeline(new RequestCodec(config.compat()), new RequestIds(identity.memberId(), ground.wallMillis().getAsLong()),
                new ProposalPipeline.Bounds(config.limits().maxRequestBytes(), requestTimeoutNanos(), ProposalPipeline.Bounds.MOST_WAITING,
                        Runtime.getRuntime().maxMemory() / PROPOSALS_SHARE_OF_HEAP),
                new LagGate(() -> applyLoop.get().entriesBehind(), quota), host::nowNanos));
        applyLoop.set(new ApplyLoop(machines, storage, pipeline.get(),
                new ApplyLoop.Timing(session.applied(), requestTimeoutNanos(), host::nowNanos, headers::of)));
        storage.attach(session);
        Peers peers = new Peers();
        Book book = ground.book();
        applyLoop.get().onMembers(members -> book.applied(members.members(), members.removed()));
        AtomicReference<Optional<Consensus>> consensus = new AtomicReference<>(Optional.empty());
        Snapshots snapshots = new Snapshots(new Snapshots.Parts(host, log, storage, machines, applyLoop.get(), peers, consensus,
                ground.databases()), engines.generations(), ground.onFailure());
        return new NodeParts(identity, host, log, storage, machines, pipeline.get(), applyLoop.get(), headers, peers, snapshots, consensus);
    }

    private long requestTimeoutNanos() {
        return config.timing().requestTimeout().toNanos();
    }

    /** What counts against the quota: the rows, not the space that the engine will use again. */
    private static long usedBytes(EngineSize size) {
        return size.inUseBytes();
    }

    private static InternalRaftRequest noSpaceAlarm(NodeIdentity identity) {
        return InternalRaftRequest.newBuilder().setAlarm(AlarmRequest.newBuilder().setAction(AlarmRequest.AlarmAction.ACTIVATE)
                .setMemberID(identity.memberId()).setAlarm(AlarmType.NOSPACE)).build();
    }

    private void restore(List<StateMachine> machines, EngineSession session, Machines into) {
        try (EngineView view = session.view()) {
            for (StateMachine machine : machines.stream().sorted(Comparator.comparingInt(StateMachine::order)).toList()) {
                long startNanos = host.nowNanos();
                machine.restore(view, into);
                into.add(machine);
                LOG.info("restored state machine={} applied-index={} took-ms={}", machine.id(), view.applied().index(),
                        (host.nowNanos() - startNanos) / 1_000_000);
            }
        }
    }

    private void startApplying(NodeParts parts) {
        Snapshotter snapshotter = new Snapshotter(parts,
                new Snapshotter.Counts(config.storage().snapshotCount(), config.storage().snapshotCatchUpEntries()), ground.onFailure());
        parts.applyLoop().onTick(snapshotter::check);
        LoopHandle handle = host.attach(LoopRole.APPLY, "apply", parts.applyLoop());
        parts.applyLoop().attachedTo(handle);
        parts.applyLoop().mustRun(() -> {
            // The node may have ended after it installed the snapshot and before rows that came of its message were saved.
            parts.applyLoop().restoreFromSnapshot(parts.log().recovery().snapshot());
            parts.applyLoop().pause(false);
            parts.applyLoop().invalidate();
        });
    }

    private void startConsensus(NodeParts parts, Ingredients from, HardState hardState) throws IOException {
        LogMark applied = parts.applyLoop().applied();
        ConfState stored = parts.machines().membership().confState();
        boolean fresh = applied.index() == 0 && parts.log().recovery().snapshot().isEmpty();
        ConfState confState = fresh ? FirstConfiguration.of(parts.log(), hardState.commit()) : stored;
        HardState begin = ForcedCluster.isAskedFor(config)
                ? new ForcedCluster(config, parts.log()).begin(confState, applied.index(), hardState) : hardState;
        // Nothing is committed to the apply loop before it can answer about configurations, so consensus is put in place by the sink.
        StatusSink sink = new StatusSink(parts);
        Consensus consensus = from.consensus().start(new ConsensusStart(parts.identity().memberId(), begin, confState, applied, parts.log(),
                host, parts.peers(), sink, config.timing().heartbeat().toMillis(), config.timing().electionTicks(), from.rules(),
                new Random(ground.seeds().getAsLong())));
        sink.started(consensus);
    }

    /** The engine's bundle leaves: nothing is opened with it any more. Any thread. */
    public void engineLeft() {
        engines.generations().engine(Optional.empty());
    }

    /** Opens the engine's session again after its bundle was replaced. */
    public EngineSession reopen(StorageEngine engine) throws IOException, StartRefused {
        return engines.open(engine);
    }
}
