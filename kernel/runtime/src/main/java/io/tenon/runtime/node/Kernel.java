package io.tenon.runtime.node;

import io.tenon.api.NodeControl;
import io.tenon.api.cluster.Reconfiguration;
import io.tenon.api.config.FlagTable;
import io.tenon.api.config.Flags;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.LeaderView;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.WorkerPool;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.api.proposal.Proposals;
import io.tenon.api.status.StatusBoard;
import io.tenon.runtime.loop.PauseWatch;
import io.tenon.runtime.loop.ReadWorkers;
import io.tenon.runtime.loop.ThreadPlan;
import io.tenon.runtime.loop.Threads;
import io.tenon.runtime.option.ElectionOptions;
import io.tenon.runtime.peer.Book;
import io.tenon.runtime.peer.Transports;
import io.tenon.runtime.slot.Slots;
import io.tenon.runtime.snapshot.Databases;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerLinks;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/** The kernel: its services, registered once, and the life of the node behind them. */
public final class Kernel {
    private static final String COMPAT_FLAG = "tenon-compat";
    private static final String THREADS_PROPERTY = "tenon.threads";
    private static final int MOST_READ_THREADS = 8;

    private final BundleContext bundles;
    private final ReadWorkers workers;
    private final Threads threads;
    private final Lifecycle lifecycle;
    private final PauseWatch pauses;
    private final SynchronousBundleListener stopListener;

    /** @throws io.tenon.api.config.BadFlagException the launcher let flags pass that cannot be used */
    public Kernel(BundleContext bundles) throws Exception {
        this.bundles = bundles;
        NodeConfig config = Flags.parse(flags(bundles));
        int cores = Runtime.getRuntime().availableProcessors();
        workers = new ReadWorkers(Math.min(MOST_READ_THREADS, Math.max(2, cores)));
        AtomicReference<Lifecycle> late = new AtomicReference<>();
        pauses = new PauseWatch(config.timing().election().toMillis() / 2);
        ThreadPlan plan = ThreadPlan.of(Optional.ofNullable(bundles.getProperty(THREADS_PROPERTY)).orElse(""), cores);
        threads = new Threads(plan, (loop, failure) -> late.get().loopFailed(loop, failure));
        ProposalService proposals = new ProposalService();
        Slots slots = new Slots();
        MaintenanceService maintenance = new MaintenanceService(config, workers, slots.cluster());
        ElectionOptions options = new ElectionOptions();
        Transports transports = new Transports();
        Book book = new Book();
        Databases databases = Databases.in(DataDirectory.of(config).snap());
        StatusService status = new StatusService(config, slots, options, transports);
        lifecycle = new Lifecycle(bundles, config, threads,
                new Lifecycle.Services(slots, proposals, maintenance, status, options, transports, book, databases));
        late.set(lifecycle);
        stopListener = event -> {
            if (event.getType() == BundleEvent.STOPPING && event.getBundle().getBundleId() == 0) {
                lifecycle.stopping();
            }
        };
        registerServices(config, slots, proposals, maintenance);
        Slots.register(bundles, StatusBoard.class, status);
        Slots.register(bundles, PeerBook.class, book);
        Slots.register(bundles, PeerLinks.class, transports);
    }

    private void registerServices(NodeConfig config, Slots slots, ProposalService proposals, MaintenanceService maintenance) {
        bundles.registerService(NodeConfig.class, config, new Hashtable<>());
        slots.register(bundles);
        Slots.register(bundles, LoopHost.class, threads);
        Slots.register(bundles, WorkerPool.class, workers);
        Slots.register(bundles, Proposals.class, proposals);
        Slots.register(bundles, LeaderView.class, proposals);
        Slots.register(bundles, Reconfiguration.class, proposals);
        Slots.register(bundles, Maintenance.class, maintenance);
        Slots.register(bundles, NodeControl.class, lifecycle);
    }

    /** The launcher hands every flag over as a framework property; which there are follows from the compat. */
    private static Map<String, String> flags(BundleContext bundles) {
        Map<String, String> flags = new HashMap<>();
        Function<String, Optional<String>> given = name -> Optional.ofNullable(bundles.getProperty(Flags.PROPERTY_PREFIX + name));
        given.apply(COMPAT_FLAG).ifPresent(value -> flags.put(COMPAT_FLAG, value));
        for (String name : FlagTable.of(Flags.compat(flags)).keySet()) {
            given.apply(name).ifPresent(value -> flags.put(name, value));
        }
        return flags;
    }

    public void start() throws Exception {
        bundles.addBundleListener(stopListener);
        lifecycle.start();
    }

    public void stop() {
        lifecycle.stop();
        workers.close();
        pauses.close();
        bundles.removeBundleListener(stopListener);
    }
}
