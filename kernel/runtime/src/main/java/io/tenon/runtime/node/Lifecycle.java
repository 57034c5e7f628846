package io.tenon.runtime.node;

import io.tenon.api.NodeControl;
import io.tenon.api.Refusals;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.cluster.NodeIdentity;
import io.tenon.api.config.CorruptionChecks;
import io.tenon.api.config.NodeConfig;
import io.tenon.runtime.apply.Machines;
import io.tenon.runtime.bootstrap.DiscoveredCluster;
import io.tenon.runtime.bootstrap.FirstStart;
import io.tenon.runtime.bootstrap.StartRefused;
import io.tenon.runtime.loop.Threads;
import io.tenon.runtime.option.ElectionOptions;
import io.tenon.runtime.peer.Book;
import io.tenon.runtime.peer.Transports;
import io.tenon.runtime.slot.Slots;
import io.tenon.runtime.snapshot.Databases;
import io.tenon.spi.consensus.ConsensusProvider;
import io.tenon.spi.discovery.ClusterDiscovery;
import io.tenon.spi.election.ElectionOption;
import io.tenon.spi.log.LogStore;
import io.tenon.spi.node.StartCheck;
import io.tenon.spi.state.EventPort;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.StorageEngine;
import io.tenon.spi.storage.export.DatabaseForm;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerTransport;
import io.tenon.spi.watch.WatchEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the node up when its parts are there, follows what comes and goes, and takes it down. Everything happens on one thread; a bundle
 * that stops waits until the node has let go of it.
 */
final class Lifecycle implements Providers.Listener, NodeControl {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);
    private static final long READY_POLL_MILLIS = 2;
    private static final long EXPIRE_MILLIS = 250;
    private static final long PEERS_AWAITED_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** A process that gets a signal has less than two seconds in all. */
    private static final Duration LONGEST_HAND_OVER = Duration.ofSeconds(1);

    private final BundleContext bundles;
    private final NodeConfig config;
    private final Slots slots;
    private final Threads threads;
    private final ProposalService proposals;
    private final MaintenanceService maintenance;
    private final ScheduledExecutorService thread;
    private final Databases databases;
    private final DiscoveredCluster discovery;
    private final Node node;
    private final Providers providers;
    private final ElectionOptions options;
    private final Transports transports;
    private final StatusService status;
    private final StartChecks startChecks;
    private final AtomicBoolean failed = new AtomicBoolean();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private Optional<NodeParts> parts = Optional.empty();
    private Optional<Swaps> swaps = Optional.empty();
    private String engineId = "";
    private Optional<Long> peersAwaitedSinceNanos = Optional.empty();

    /** The kernel's own services that the lifecycle fills. */
    record Services(Slots slots, ProposalService proposals, MaintenanceService maintenance, StatusService status,
                    ElectionOptions options, Transports transports, Book book, Databases databases) {
    }

    Lifecycle(BundleContext bundles, NodeConfig config, Threads threads, Services services) {
        this.bundles = bundles;
        this.config = config;
        this.threads = threads;
        slots = services.slots();
        proposals = services.proposals();
        maintenance = services.maintenance();
        status = services.status();
        options = services.options();
        transports = services.transports();
        databases = services.databases();
        thread = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("tenon-node").factory());
        discovery = new DiscoveredCluster(config, work -> thread.execute(() -> guarded(work::run)), this::bootIfNeeded);
        node = new Node(config, new Node.Ground(threads, new LocalEngineDirectory(DataDirectory.of(config)), System::currentTimeMillis,
                new Random()::nextLong, new FirstStart(discovery::config, this::peerCalls, services.book()), services.book(), databases, this::fail));
        providers = new Providers(bundles, this);
        startChecks = new StartChecks(CorruptionChecks.of(config.flags()), () -> providers.all(StartCheck.class), this::fail);
    }

    private Optional<PeerCalls> peerCalls() {
        return providers.first(PeerCalls.class);
    }

    void start() throws org.osgi.framework.InvalidSyntaxException {
        thread.scheduleWithFixedDelay(() -> slots.expire(System.nanoTime()), EXPIRE_MILLIS, EXPIRE_MILLIS, TimeUnit.MILLISECONDS);
        providers.track(List.of(LogStore.class, ConsensusProvider.class, StorageEngine.class, StateMachine.class, WatchEngine.class,
                EventPort.class, io.tenon.api.kv.KeyValues.class, io.tenon.api.kv.KeyHistory.class, io.tenon.api.lease.Leases.class,
                io.tenon.api.cluster.Cluster.class, ElectionOption.class, PeerTransport.class, PeerCalls.class,
                DatabaseForm.class, ClusterDiscovery.class, StartCheck.class));
    }

    @Override
    public void fail(String message) {
        if (failed.compareAndSet(false, true)) {
            LOG.error("the node stops because it cannot go on error=\"{}\"", message);
            System.setProperty("tenon.exit.code", "1");
            Thread.ofPlatform().name("tenon-fail").start(this::stopFramework);
        }
    }

    @Override
    public void finish(String message) {
        if (finished.compareAndSet(false, true)) {
            LOG.warn("the node stops for good reason=\"{}\"", message);
            Thread.ofPlatform().name("tenon-finish").start(this::stopFramework);
        }
    }

    private void stopFramework() {
        try {
            bundles.getBundle(0).stop();
        } catch (org.osgi.framework.BundleException failure) {
            LOG.error("the framework does not stop", failure);
        }
    }

    /** A loop's step threw: its state may be half changed and is not served. */
    void loopFailed(String loop, Throwable failure) {
        LOG.error("loop failed loop={}", loop, failure);
        fail(loop + ": " + failure.getMessage());
    }

    @Override
    public void added(Object provider, Bundle bundle) {
        // Read on the thread of the bundle that starts, while it is certainly there: it may be gone before its turn comes.
        if (provider instanceof ElectionOption option) {
            options.add(option);
        }
        if (!stopping.get()) {
            thread.execute(() -> guarded(() -> arrived(provider, bundle)));
        }
    }

    @Override
    public void removed(Object provider, Bundle bundle) {
        inTurn(() -> left(provider));
    }

    /** Runs a step on the lifecycle thread and waits for it, so that whoever stops a bundle sees it let go. */
    private void inTurn(Step step) {
        Callable<Void> work = () -> {
            guarded(step);
            return null;
        };
        try {
            thread.submit(work).get();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | java.util.concurrent.RejectedExecutionException over) {
            LOG.error("lifecycle step failed", over);
        }
    }

    /** A step that may find the disk or a provider unable. */
    private interface Step {
        void run() throws IOException, StartRefused;
    }

    private void guarded(Step step) {
        try {
            step.run();
        } catch (StartRefused | IOException refused) {
            fail(refused.getMessage());
        } catch (RuntimeException | Error bug) {
            LOG.error("lifecycle step failed", bug);
            fail(bug.toString());
        }
    }

    private void arrived(Object provider, Bundle bundle) throws IOException, StartRefused {
        if (provider instanceof PeerTransport transport) {
            transports.add(transport);
        }
        if (provider instanceof PeerCalls) {
            slots.provide(provider);
        }
        if (provider instanceof DatabaseForm form) {
            databases.form(Optional.of(form));
        }
        if (parts.isEmpty()) {
            bootWhenComplete();
            return;
        }
        apply(provider);
        if (provider instanceof StorageEngine engine && engine.id().equals(engineId) && !swaps.orElseThrow().engineInPlace()) {
            swaps.orElseThrow().attachEngine(node.reopen(engine));
            installMissing();
        }
        if (provider instanceof StateMachine) {
            installMissing();
        } else if (belongsToMachineInPlace(bundle)) {
            slots.provide(provider);
        }
        if (provider instanceof WatchEngine || provider instanceof EventPort) {
            provideWatch(provider);
        }
    }

    /** Consensus and peers follow the options and transports that are there. */
    private void apply(Object changed) {
        NodeParts now = parts.orElseThrow();
        if (changed instanceof ElectionOption) {
            now.consensus().get().ifPresent(consensus -> consensus.changeRules(options.rules()));
        }
        if (changed instanceof PeerTransport) {
            now.peers().transports(transports.inOrder());
        }
    }

    /** Puts every machine in place that can be, in the order in which they are restored. */
    private void installMissing() {
        Swaps now = swaps.orElseThrow();
        for (StateMachine machine : providers.all(StateMachine.class).stream().sorted(Comparator.comparingInt(StateMachine::order)).toList()) {
            if (!now.isInPlace(machine) && now.canInstall(machine)) {
                now.install(machine);
                provideCompanions(machine);
            }
        }
    }

    private boolean belongsToMachineInPlace(Bundle bundle) {
        return providers.ofBundle(bundle).stream().anyMatch(service -> service instanceof StateMachine machine
                && swaps.orElseThrow().isInPlace(machine));
    }

    private void provideCompanions(StateMachine machine) {
        providers.bundleOf(machine).ifPresent(bundle -> providers.ofBundle(bundle).forEach(slots::provide));
    }

    private void provideWatch(Object provider) {
        if (provider instanceof EventPort port) {
            parts.orElseThrow().machines().events(Optional.of(port));
        }
        if (provider instanceof WatchEngine engine) {
            slots.provide(engine);
        }
    }

    private void bootWhenComplete() throws IOException, StartRefused {
        if (failed.get()) {
            return;
        }
        engineId = node.engineId();
        Optional<LogStore> log = providers.first(LogStore.class);
        Optional<ConsensusProvider> consensus = providers.first(ConsensusProvider.class);
        Optional<StorageEngine> engine = providers.all(StorageEngine.class).stream().filter(one -> one.id().equals(engineId)).findFirst();
        List<StateMachine> machines = providers.all(StateMachine.class);
        Set<String> ids = machines.stream().map(StateMachine::id).collect(Collectors.toSet());
        if (log.isPresent() && consensus.isPresent() && engine.isPresent() && ids.containsAll(Machines.REQUIRED)
                && !awaitsMembers(log.get()) && !awaitsPeers() && !awaitsDatabaseForm()) {
            parts = Optional.of(node.start(new Node.Ingredients(log.get(), engine.get(), consensus.get(), machines, options.rules()), this::wire));
            machines.forEach(this::provideCompanions);
            providers.all(EventPort.class).forEach(this::provideWatch);
            awaitReady();
        }
    }

    private void bootIfNeeded() throws IOException, StartRefused {
        if (parts.isEmpty() && !stopping.get()) {
            bootWhenComplete();
        }
    }

    /** A first start that does not know the members yet. The lifecycle goes on meanwhile; it comes back here when they are known. */
    private boolean awaitsMembers(LogStore log) throws IOException, StartRefused {
        return discovery.isAskedFor() && node.isNew(log) && discovery.awaits(providers.first(ClusterDiscovery.class));
    }

    /**
     * A first start that asks other members waits a moment for the transport that it asks by, which may be deployed after everything else; not for
     * ever, because there are clusters without one.
     */
    private boolean awaitsPeers() {
        if (!FirstStart.asks(discovery.config()) || peerCalls().isPresent()) {
            return false;
        }
        if (peersAwaitedSinceNanos.isEmpty()) {
            peersAwaitedSinceNanos = Optional.of(System.nanoTime());
            thread.schedule(() -> guarded(this::bootIfNeeded), PEERS_AWAITED_NANOS, TimeUnit.NANOSECONDS);
        }
        return System.nanoTime() - peersAwaitedSinceNanos.get() < PEERS_AWAITED_NANOS;
    }

    /** A directory of Go etcd cannot be opened before its database can be read. */
    private boolean awaitsDatabaseForm() throws IOException {
        return !databases.available() && node.needsDatabaseForm();
    }

    private void wire(NodeParts now) {
        swaps = Optional.of(new Swaps(now));
        now.peers().transports(transports.inOrder());
        proposals.node(Optional.of(now));
        maintenance.started(now);
        slots.inbox(Optional.of(now.snapshots().inbox()));
        status.started(now, engineId);
        // Transports find peers while the state is restored; consensus takes what they bring once it is there.
        bundles.registerService(LocalMember.class, new LocalMember(now.identity().memberId(), now.identity().clusterId()), new Hashtable<>());
    }

    /**
     * Ready is: a leader, this member known with its addresses, the cluster's version decided, a linearizable read answered, and nothing found
     * that keeps this member from serving.
     */
    private void awaitReady() {
        if (failed.get() || stopping.get()) {
            return;
        }
        if (slots.cluster().clusterVersion().isEmpty()) {
            thread.schedule(this::awaitReady, READY_POLL_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        parts.orElseThrow().applyLoop().awaitLinearizable(new Reply<>() {
            @Override
            public void accept(Long index) {
                thread.execute(() -> guarded(Lifecycle.this::awaitChecks));
            }

            @Override
            public void refuse(Refusal refusal) {
                thread.execute(Lifecycle.this::awaitReady);
            }
        });
    }

    private void awaitChecks() {
        if (failed.get() || stopping.get()) {
            return;
        }
        if (startChecks.passed(System.nanoTime())) {
            ready();
        } else {
            thread.schedule(() -> guarded(this::awaitChecks), READY_POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void ready() {
        NodeParts now = parts.orElseThrow();
        bundles.registerService(NodeIdentity.class, now.identity(), new Hashtable<>());
        LOG.info("the node has booted name={} member={} cluster={} listen-client-urls={}", config.name(),
                Long.toHexString(now.identity().memberId()), Long.toHexString(now.identity().clusterId()),
                config.urls().listenClient().stream().map(Object::toString).collect(Collectors.joining(",")));
    }

    private void left(Object provider) throws IOException {
        if (provider instanceof StartCheck) {
            return; // whoever waits for it sees that it is gone
        }
        if (provider instanceof ElectionOption option) {
            options.remove(option);
        }
        if (provider instanceof PeerTransport transport) {
            transports.remove(transport);
        }
        if (provider instanceof PeerCalls) {
            slots.withdraw(provider);
        }
        if (provider instanceof DatabaseForm) {
            databases.form(providers.first(DatabaseForm.class));
        }
        if (provider instanceof ClusterDiscovery gone) {
            discovery.left(gone);
        }
        if (parts.isEmpty()) {
            return;
        }
        if (stopping.get()) {
            stopNode();
            return;
        }
        apply(provider);
        if (provider instanceof EventPort) {
            parts.get().machines().events(Optional.empty());
        }
        slots.withdraw(provider);
        if (provider instanceof StateMachine machine) {
            swaps.orElseThrow().remove(machine);
        }
        if (provider instanceof StorageEngine engine && engine.id().equals(engineId)) {
            node.engineLeft();
            swaps.orElseThrow().detachEngine();
        }
        if (provider instanceof ConsensusProvider || provider instanceof LogStore) {
            fail("the bundle of consensus or of the log was stopped under a running node; start it and the node again");
        }
    }

    /** The framework begins to stop: edges go first, then the first provider that leaves ends the node in order. */
    void stopping() {
        stopping.set(true);
        inTurn(this::handOver);
    }

    private void handOver() {
        discovery.close();
        if (!failed.get() && parts.isPresent()) {
            Duration election = config.timing().election();
            new LastTransfer(parts.get(), transports, election.compareTo(LONGEST_HAND_OVER) < 0 ? election : LONGEST_HAND_OVER).run();
        }
    }

    private void stopNode() throws IOException {
        NodeParts now = parts.orElseThrow();
        parts = Optional.empty();
        slots.inbox(Optional.empty());
        slots.end(Refusals.SERVER_STOPPED);
        // No snapshot begins to be installed, and no session is opened that nobody would close.
        node.engineLeft();
        try {
            if (!failed.get()) {
                swaps.orElseThrow().detachEngine();
            }
        } finally {
            now.consensus().get().ifPresent(io.tenon.api.consensus.Consensus::close);
            proposals.node(Optional.empty());
            maintenance.stopping();
            status.stopped();
            now.log().close();
            threads.close();
            maintenance.stopped();
            now.applyLoop().stop();
            LOG.info("stopped applied-index={}", now.applyLoop().applied().index());
        }
    }

    void stop() {
        stopping.set(true);
        inTurn(() -> {
            discovery.close();
            if (parts.isPresent()) {
                stopNode();
            }
        });
        providers.close();
        thread.shutdownNow();
        threads.close();
    }
}
