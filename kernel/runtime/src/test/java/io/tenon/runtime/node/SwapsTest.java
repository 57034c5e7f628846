package io.tenon.runtime.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.NodeIdentity;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.loop.LoopRole;
import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.apply.Machines;
import io.tenon.runtime.loop.ThreadPlan;
import io.tenon.runtime.loop.Threads;
import io.tenon.runtime.peer.Peers;
import io.tenon.runtime.proposal.ProposalPipeline;
import io.tenon.runtime.proposal.RequestCodec;
import io.tenon.runtime.proposal.RequestIds;
import io.tenon.runtime.snapshot.Databases;
import io.tenon.runtime.snapshot.Snapshots;
import io.tenon.runtime.storage.EngineDirectory;
import io.tenon.runtime.storage.Generations;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.runtime.storage.TableSession;
import io.tenon.spi.log.LogSession;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Handover;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Machines are replaced under a running apply loop. */
@Timeout(60)
class SwapsTest {
    private static final LogMark HUNDRED = new LogMark(3, 100);
    private static final LogMark TWO_HUNDRED = new LogMark(3, 200);

    private final List<String> happened = new CopyOnWriteArrayList<>();
    private final Threads threads = new Threads(ThreadPlan.SHARED, (loop, failure) -> happened.add(loop + " failed: " + failure));
    private final Machines machines = new Machines();
    private final AtomicReference<ApplyLoop> applyLoop = new AtomicReference<>();
    private final StorageCoordinator storage = new StorageCoordinator(threads, new StorageCoordinator.BatchLimits(1_000_000, 100, 1 << 20, 1 << 24),
            work -> applyLoop.get().mustRun(work));
    private final ProposalPipeline pipeline = new ProposalPipeline(new RequestCodec(Compat.V3_5), new RequestIds(1, 1),
            new ProposalPipeline.Bounds(1, 1, 1, 1), (kind, request) -> Optional.empty(), threads::nowNanos);
    private final Machine old = new Machine("mvcc", 30, 1);
    private Swaps swaps;

    /** A machine that tells what is done with it. */
    private final class Machine implements StateMachine, KeyspacePort {
        private final String id;
        private final int order;
        private final int version;

        Machine(String id, int order, int version) {
            this.id = id;
            this.order = order;
            this.version = version;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public int order() {
            return order;
        }

        @Override
        public Set<RequestKind> kinds() {
            return Set.of();
        }

        @Override
        public Set<Bucket> buckets() {
            return Set.of();
        }

        @Override
        public void restore(EngineView view, Ports ports) {
            happened.add(id + version + " restored");
        }

        @Override
        public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
            return fail("nothing is applied here");
        }

        @Override
        public Optional<Handover> handOver() {
            return Optional.of(new Handover(id, version, "state"));
        }

        @Override
        public boolean takeOver(Handover handover, Ports ports) {
            happened.add(id + version + " took over from " + handover.format());
            return true;
        }

        @Override
        public long revision() {
            return 1;
        }

        @Override
        public long delete(ApplyContext context, List<ByteString> keys) {
            return fail("nothing is deleted here");
        }
    }

    private static <T> T unused(Class<T> contract) {
        return contract.cast(Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] {contract},
                (_, method, arguments) -> fail(contract.getSimpleName() + "." + method.getName() + " is not used here")));
    }

    @BeforeEach
    void start() {
        ApplyLoop loop = new ApplyLoop(machines, storage, pipeline,
                new ApplyLoop.Timing(HUNDRED, 1, threads::nowNanos, revision -> ResponseHeader.getDefaultInstance()));
        applyLoop.set(loop);
        TableSession session = new TableSession();
        storage.attach(session);
        machines.add(new Machine("cluster", 10, 1));
        machines.add(new Machine("v2store", 15, 1));
        machines.add(new Machine("lease", 20, 1));
        machines.add(new Machine("auth", 25, 1));
        machines.add(old);
        LogSession log = unused(LogSession.class);
        Peers peers = new Peers();
        Snapshots snapshots = new Snapshots(new Snapshots.Parts(threads, log, storage, machines, loop, peers,
                new AtomicReference<>(Optional.empty()), Databases.none()), new Generations(unused(EngineDirectory.class), new EngineOptions(0, true)), happened::add);
        NodeIdentity identity = new NodeIdentity(1, 2);
        swaps = new Swaps(new NodeParts(identity, threads, log, storage, machines, pipeline, loop, new Headers(identity), peers, snapshots,
                new AtomicReference<>(Optional.empty())));
        loop.mustRun(() -> loop.pause(false));
        loop.attachedTo(threads.attach(LoopRole.APPLY, "apply", loop));
    }

    @AfterEach
    void stop() {
        threads.close();
    }

    @Test
    void aSuccessorTakesOverWhatItsPredecessorHad() {
        swaps.remove(old);
        swaps.install(new Machine("mvcc", 30, 2));
        assertEquals(List.of("mvcc2 took over from 1"), happened);
    }

    @Test
    void aSuccessorReadsTheRowsWhenASnapshotCameBetween() {
        swaps.remove(old);
        applyLoop.get().mustRun(() -> {
            applyLoop.get().replacing(TWO_HUNDRED);
            applyLoop.get().replaced(TWO_HUNDRED);
        });
        swaps.flush();
        swaps.install(new Machine("mvcc", 30, 2));
        assertEquals(List.of("mvcc2 restored"), happened);
    }

    @Test
    void aMachineStaysUntilTheLastEntryHasAllItsRows() {
        applyLoop.get().mustRun(() -> {
            storage.entryIncomplete();
            applyLoop.get().mustRun(() -> {
                happened.add("last row, " + machines.inOrder().size() + " machines");
                storage.entryComplete();
            });
        });
        swaps.remove(old);
        assertEquals(List.of("last row, 5 machines"), happened);
        assertEquals(4, machines.inOrder().size());
    }
}
