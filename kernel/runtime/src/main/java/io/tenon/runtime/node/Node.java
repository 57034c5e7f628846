package io.tenon.runtime.node;

import io.tenon.api.cluster.NodeIdentity;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopRole;
import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.apply.LagGate;
import io.tenon.runtime.apply.Machines;
import io.tenon.runtime.apply.QuotaGate;
import io.tenon.runtime.loop.Threads;
import io.tenon.runtime.proposal.ProposalPipeline;
import io.tenon.runtime.proposal.RequestCodec;
import io.tenon.runtime.proposal.RequestIds;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.consensus.ConsensusProvider;
import io.tenon.spi.consensus.ConsensusStart;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogRecovery;
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
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a running node of configuration, disk and providers, and takes it down again. Used by the lifecycle thread alone. */
final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final long BATCH_BYTES = 16L << 20;
    /** Share of the heap that unsaved rows may take. */
    private static final long TAIL_SHARE_OF_HEAP = 8;
    /** Share of the heap that payloads of proposals may take; each is there a second time as the decoded request. */
    private static final long PROPOSALS_SHARE_OF_HEAP = 16;

    private final NodeConfig config;
    private final Threads threads;
    private final Executor blocking;
    private final Consumer<String> onFailure;
    private final DataDirectory directory;

    Node(NodeConfig config, Threads threads, Executor blocking, Consumer<String> onFailure) {
        this.config = config;
        this.threads = threads;
        this.blocking = blocking;
        this.onFailure = onFailure;
        directory = DataDirectory.of(config);
    }

    /** Id of the storage engine this node's data needs. */
    String engineId() throws IOException {
        return new EngineFolder(config, directory.engines()).engineId();
    }

    /** The providers a node is made of. */
    record Ingredients(LogStore log, StorageEngine engine, ConsensusProvider consensus, List<StateMachine> machines) {
    }

    /**
     * Opens what is on disk, restores the state, and starts consensus. Blocks for as long as the disk takes.
     *
     * @param wiring told of the parts before any state machine is called
     */
    NodeParts start(Ingredients from, Consumer<NodeParts> wiring) throws IOException, StartRefused {
        directory.create();
        OpenLog log = openLog(from.log());
        EngineSession session = new EngineFolder(config, directory.engines()).open(from.engine());
        HardState hardState = Recovery.check(log.holds(), session.applied(), from.engine().id());
        NodeParts parts = assemble(log.session(), session);
        wiring.accept(parts);
        restore(from.machines(), session, parts.machines());
        startApplying(parts);
        startConsensus(parts, from.consensus(), hardState);
        return parts;
    }

    /** A log and what it holds at the start. */
    private record OpenLog(LogSession session, LogRecovery holds) {
    }

    private OpenLog openLog(LogStore store) throws IOException {
        var location = directory.logLocation(config);
        Optional<LogIdentity> there = store.identify(location);
        if (there.isPresent()) {
            LogSession log = store.open(location, threads);
            LOG.info("opened the log member={} cluster={} first-index={} last-index={} repaired-bytes={}",
                    Long.toHexString(there.get().memberId()), Long.toHexString(there.get().clusterId()), log.recovery().firstIndex(),
                    log.recovery().lastIndex(), log.recovery().repaired());
            return new OpenLog(log, log.recovery());
        }
        Bootstrap bootstrap = new Bootstrap(config);
        LogIdentity identity = bootstrap.identity();
        LogSession log = store.create(location, identity, threads);
        LogRecovery holds = bootstrap.write(log);
        LOG.info("made a new log member={} cluster={} data-dir={}", Long.toHexString(identity.memberId()),
                Long.toHexString(identity.clusterId()), config.dataDirectory());
        return new OpenLog(log, holds);
    }

    private NodeParts assemble(LogSession log, EngineSession session) {
        NodeIdentity identity = new NodeIdentity(log.identity().memberId(), log.identity().clusterId());
        Headers headers = new Headers(identity);
        Machines machines = new Machines();
        NodeConfig.Storage options = config.storage();
        AtomicReference<ApplyLoop> applyLoop = new AtomicReference<>();
        StorageCoordinator storage = new StorageCoordinator(threads,
                new StorageCoordinator.BatchLimits(options.batchInterval().toNanos(), options.batchLimit(), BATCH_BYTES,
                        Runtime.getRuntime().maxMemory() / TAIL_SHARE_OF_HEAP), work -> applyLoop.get().mustRun(work));
        AtomicReference<ProposalPipeline> pipeline = new AtomicReference<>();
        QuotaGate quota = new QuotaGate(options.quotaBytes(), () -> usedBytes(storage.size()),
                () -> machines.alarms().active(AlarmType.NOSPACE),
                onAnswer -> pipeline.get().propose(noSpaceAlarm(identity), new AlarmReply(onAnswer)));
        pipeline.set(new ProposalPipeline(new RequestCodec(config.compat()), new RequestIds(identity.memberId(), System.currentTimeMillis()),
                new ProposalPipeline.Bounds(config.limits().maxRequestBytes(), requestTimeoutNanos(), ProposalPipeline.Bounds.MOST_WAITING,
                        Runtime.getRuntime().maxMemory() / PROPOSALS_SHARE_OF_HEAP),
                new LagGate(() -> applyLoop.get().entriesBehind(), quota)));
        applyLoop.set(new ApplyLoop(machines, storage, pipeline.get(),
                new ApplyLoop.Timing(session.applied(), requestTimeoutNanos(), headers::of)));
        storage.attach(session);
        return new NodeParts(identity, log, storage, machines, pipeline.get(), applyLoop.get(), headers,
                new AtomicReference<>(Optional.empty()));
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

    private static void restore(List<StateMachine> machines, EngineSession session, Machines into) {
        try (EngineView view = session.view()) {
            for (StateMachine machine : machines.stream().sorted(Comparator.comparingInt(StateMachine::order)).toList()) {
                long startNanos = System.nanoTime();
                machine.restore(view, into);
                into.add(machine);
                LOG.info("restored state machine={} applied-index={} took-ms={}", machine.id(), view.applied().index(),
                        (System.nanoTime() - startNanos) / 1_000_000);
            }
        }
    }

    private void startApplying(NodeParts parts) {
        Snapshotter snapshotter = new Snapshotter(parts,
                new Snapshotter.Counts(config.storage().snapshotCount(), config.storage().snapshotCatchUpEntries()), blocking, onFailure);
        parts.applyLoop().onTick(snapshotter::check);
        LoopHandle handle = threads.attach(LoopRole.APPLY, "apply", parts.applyLoop());
        parts.applyLoop().attachedTo(handle);
        parts.applyLoop().mustRun(() -> {
            parts.applyLoop().pause(false);
            parts.applyLoop().invalidate();
        });
    }

    private void startConsensus(NodeParts parts, ConsensusProvider provider, HardState hardState) throws IOException {
        LogMark applied = parts.applyLoop().applied();
        ConfState stored = parts.machines().membership().confState();
        boolean fresh = applied.index() == 0 && parts.log().recovery().snapshot().isEmpty();
        ConfState confState = fresh ? Bootstrap.initialConfState(parts.log(), hardState.commit()) : stored;
        // Nothing is committed to the apply loop before it can answer about configurations, so consensus is put in place by the sink.
        StatusSink sink = new StatusSink(parts);
        Consensus consensus = provider.start(new ConsensusStart(parts.identity().memberId(), hardState, confState, applied, parts.log(),
                threads, NoPeers.INSTANCE, sink, config.timing().heartbeat().toMillis(), config.timing().electionTicks(), new Random()));
        sink.started(consensus);
    }

    /** Opens the engine's session again after its bundle was replaced. */
    EngineSession reopen(StorageEngine engine) throws IOException, StartRefused {
        return new EngineFolder(config, directory.engines()).open(engine);
    }
}
