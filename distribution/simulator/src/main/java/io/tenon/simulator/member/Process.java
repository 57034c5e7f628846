package io.tenon.simulator.member;

import io.tenon.api.NodeControl;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.lease.Leases;
import io.tenon.auth.AuthMachine;
import io.tenon.cluster.ClusterMachine;
import io.tenon.cluster.Surroundings;
import io.tenon.lease.LeaseMachine;
import io.tenon.mvcc.Mvcc;
import io.tenon.mvcc.PastKeys;
import io.tenon.raft.driver.RaftProvider;
import io.tenon.runtime.bootstrap.NewCluster;
import io.tenon.runtime.bootstrap.StartRefused;
import io.tenon.runtime.node.Node;
import io.tenon.runtime.node.NodeParts;
import io.tenon.runtime.node.ProposalService;
import io.tenon.runtime.peer.Book;
import io.tenon.runtime.snapshot.Databases;
import io.tenon.simulator.Violation;
import io.tenon.simulator.disk.Machine;
import io.tenon.simulator.network.Network;
import io.tenon.simulator.world.Chance;
import io.tenon.spi.election.ElectionRule;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.v2store.V2StoreMachine;
import io.tenon.wal.WalStore;
import io.tenon.watch.WatchComponent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One life of a member: a whole node on a simulated machine. What it knows ends with it. */
public final class Process implements Network.Receiver {
    private final Member member;
    private final Machine machine;
    private final Host host;
    private final World world;
    private final ProposalService proposals = new ProposalService();
    private final Mvcc keys;
    private final LeaseMachine leases;
    private final WatchComponent watches;
    private final Book book = new Book();
    private Node node;
    private NodeParts parts;
    private boolean alive = true;
    private boolean engineAway;

    Process(Member member, World world, Chance chance) {
        this.member = member;
        this.world = world;
        machine = member.machine();
        host = new Host(world.schedule(), chance.split(), member.pace(), this::run);
        NodeConfig config = member.config();
        keys = new Mvcc(proposals, host.workers(), unreached(KeyValues.class), control(), config);
        leases = new LeaseMachine(proposals, host.workers(), unreached(Leases.class), host,
                new SimulatedCalls(world.network(), host, book, member.id()), book, config);
        watches = new WatchComponent(host, host.workers(), new PastKeys(keys), proposals, config);
    }

    /** Nothing that is simulated ends a process for good, so either way is a failure. */
    private NodeControl control() {
        return new NodeControl() {

            @Override
            public void fail(String message) {
                failed(message);
            }

            @Override
            public void finish(String message) {
                failed(message);
            }
        };
    }

    /** Nobody is asked over HTTP; who was removed is ended by whoever removed it, when enough others know. */
    private Surroundings surroundings() {
        NodeControl goesOn = new NodeControl() {

            @Override
            public void fail(String message) {
                failed(message);
            }

            @Override
            public void finish(String message) {
                world.trace().note(0, () -> member.name() + ": " + message);
            }
        };
        return new Surroundings(proposals, (base, request, limit, reply) -> reply.refuse(Refusal.unknown("no answer from " + base)),
                peer -> OptionalLong.of(Long.MAX_VALUE), goesOn);
    }

    /** No bundle of a simulated node is replaced, so nobody is sent on to a successor. */
    private static <T> T unreached(Class<T> contract) {
        return contract.cast(Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] {contract}, (proxy, method, arguments) -> {
            throw new IllegalStateException("no other version of " + contract.getSimpleName() + " is there to " + method.getName());
        }));
    }

    /** Opens what is on the disk and begins to take part. */
    void start(Set<ElectionRule> rules, Chance chance) throws IOException, StartRefused {
        node = new Node(member.config(), new Node.Ground(host, machine.engines(), () -> world.schedule().nowNanos() / 1_000_000, chance::bits,
                new NewCluster(member.config()), book, Databases.none(), this::failed));
        List<StateMachine> machines = List.of(new Membership(new ClusterMachine(proposals, member.config(), surroundings())),
                new V2StoreMachine(proposals, member.config().compat(), () -> world.schedule().nowNanos()), leases,
                new AuthMachine(member.config()), keys);
        parts = node.start(new Node.Ingredients(new ObservedLog(new WalStore(machine.disk(), OnTheSpot::new), world, member.segmentBytes()),
                machine.engine(), new ObservedConsensus(new RaftProvider(), world.witness()), machines, rules), this::wire);
        world.network().connect(member.id(), this);
    }

    private void wire(NodeParts made) {
        proposals.node(Optional.of(made));
        made.machines().events(Optional.of(watches));
        made.peers().transports(List.of(new SimulatedTransport(world.network(), host)));
    }

    /** Runs a piece of this process's work. An error is the fault of the disk, or a violation. */
    private void run(Runnable work) {
        if (!alive) {
            return;
        }
        try {
            work.run();
        } catch (Violation violation) {
            throw violation;
        } catch (RuntimeException | Error failure) {
            if (!machine.isOff()) {
                throw new Violation("NodesDoNotFail", "member %s: %s".formatted(member.name(), failure), failure);
            }
        }
        if (alive && machine.isOff()) {
            member.powerFailed();
        }
    }

    private void failed(String why) {
        if (!machine.isOff()) {
            throw new Violation("NodesDoNotFail", "member %s stops: %s".formatted(member.name(), why));
        }
    }

    /** Nothing of this process runs any more. */
    void end() {
        alive = false;
        world.network().disconnect(member.id());
    }

    /** Ends in order, as when an operator stops it. */
    void stopInOrder() {
        run(() -> {
            consensus().close();
            parts.log().close();
            parts.applyLoop().stop();
        });
    }

    @Override
    public void receive(Message message) {
        run(() -> consensus().receive(message));
    }

    @Override
    public void receiveSnapshot(Message message, byte[] export, Consumer<SnapshotOutcome> answer) {
        host.runBlocking("snapshot-receive", () -> {
            try {
                parts.snapshots().inbox().receiveSnapshot(message, new ByteArrayInputStream(export));
                answer.accept(SnapshotOutcome.DELIVERED);
            } catch (IOException refused) {
                world.trace().note(message.index(), () -> member.name() + " refuses a snapshot: " + refused.getMessage());
                answer.accept(SnapshotOutcome.FAILED);
            }
        });
    }

    @Override
    public void ask(PeerRequest request, Consumer<PeerAnswer> answer) {
        run(() -> leases.handle(request, new Reply<>() {

            @Override
            public void accept(PeerAnswer told) {
                answer.accept(told);
            }

            @Override
            public void refuse(Refusal refusal) {
                answer.accept(PeerAnswer.text(503, refusal.text()));
            }
        }));
    }

    @Override
    public void unreachable(long peer) {
        run(() -> consensus().peerUnreachable(peer));
    }

    /** The process stands still, its clock does not. */
    public void pause(long nanos) {
        host.pause(nanos);
    }

    public boolean isAlive() {
        return alive;
    }

    public Consensus consensus() {
        return parts.consensus().get().orElseThrow();
    }

    public NodeParts parts() {
        return parts;
    }

    public KeyValues keys() {
        return keys;
    }

    public Leases leases() {
        return leases;
    }

    public WatchComponent watches() {
        return watches;
    }

    /** The thread of a client's connection to this process. */
    public Executor home() {
        return host.home();
    }

    /** Does something within the process, as a client's connection would, soon. */
    public void call(Runnable work) {
        host.after(0, work);
    }

    /**
     * What a bundle's stop and start do: when no snapshot is being installed everything is saved, and the node lets go of its engine; later it gets
     * it back. Nothing happens while it is away already.
     */
    public void restartEngine(long awayNanos) {
        if (engineAway) {
            return;
        }
        engineAway = true;
        parts.applyLoop().mustRun(() -> parts.snapshots().whenIdle(() -> {
            node.engineLeft();
            parts.snapshots().letGo().ifPresent(Runnable::run);
            parts.storage().flush(parts.applyLoop().applied(), host.nowNanos(), durable -> parts.applyLoop().mustRun(() -> {
                detachEngine();
                host.after(awayNanos, this::giveEngine);
            }));
        }));
    }

    private void detachEngine() {
        parts.storage().detach().ifPresent(gone -> {
            try {
                gone.close();
            } catch (EngineException failure) {
                failed(failure.getMessage());
            }
        });
        parts.applyLoop().invalidate();
    }

    private void giveEngine() {
        host.runBlocking("engine-open", () -> {
            try {
                EngineSession session = node.reopen(machine.engine());
                parts.applyLoop().mustRun(() -> attachEngine(session));
            } catch (IOException | StartRefused failure) {
                failed(failure.getMessage());
            }
        });
    }

    private void attachEngine(EngineSession session) {
        parts.storage().attach(session);
        parts.applyLoop().invalidate();
        parts.snapshots().proceed();
        engineAway = false;
    }
}
