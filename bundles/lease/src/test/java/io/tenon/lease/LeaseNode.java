package io.tenon.lease;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Reply;
import io.tenon.api.lease.Leases;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.testkit.state.HandWorkers;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.testkit.state.RecordedReply;
import io.tenon.testkit.state.StateNode;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.LeaseLeasesResponse;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** A lease machine on a node in memory, with a keyspace of keys that have nothing but a lease, and time that passes by hand. */
final class LeaseNode {
    static final CallContext CALL = new CallContext(Runnable::run, "");
    static final LeaseTerms TERMS = new LeaseTerms(2, Duration.ofSeconds(1).toNanos(), LeaseTerms.NO_CHECKPOINTS, false);
    static final long TICK_NANOS = Duration.ofMillis(100).toNanos();

    final HeldProposals proposals = new HeldProposals();
    final HandWorkers workers = new HandWorkers();
    final TestKeyspace keyspace;
    final HandPeers peers = new HandPeers();
    final Forwarding forwarding;
    final LeaseMachine machine;
    final StateNode node;
    private final AtomicReference<StateNode> clock = new AtomicReference<>();
    /** Where calls go that come after the hand-over. */
    final AtomicReference<Leases> slot = new AtomicReference<>();

    LeaseNode(LeaseTerms terms, MemoryTables tables, TestKeyspace keyspace) {
        this(terms, StateNode::start, tables, keyspace);
    }

    private LeaseNode(LeaseTerms terms, Starter starter, MemoryTables tables, TestKeyspace keyspace) {
        this.keyspace = keyspace;
        LeaseCalls.Services services = new LeaseCalls.Services(proposals, workers, new ForwardingLeases(slot),
                () -> clock.get().nowNanos(), Duration.ofSeconds(7).toNanos(), new Forwarding(
                new Forwarding.Services(peers, peers, proposals, () -> clock.get().nowNanos())));
        forwarding = services.forwarding();
        machine = new LeaseMachine(services, terms);
        slot.set(machine);
        node = starter.start(tables, machine, keyspace);
        clock.set(node);
        proposals.connect(node);
    }

    /** A fresh store whose member leads. */
    static LeaseNode leading(LeaseTerms terms) {
        LeaseNode fresh = new LeaseNode(terms, new MemoryTables(), new TestKeyspace());
        fresh.node.leadershipChanged(true);
        return fresh;
    }

    /** This member after a restart: it does not lead, and its clock starts anew. */
    LeaseNode restarted(LeaseTerms terms) {
        return new LeaseNode(terms, node.saved(), keyspace.copy());
    }

    /** The same member after its lease bundle was replaced: the clock goes on, and the state was handed over. */
    LeaseNode replaced(LeaseTerms terms) {
        LeaseNode next = new LeaseNode(terms, StateNode::prepare, node.saved(), keyspace.copy());
        slot.set(next.machine);
        if (!next.machine.takeOver(machine.handOver().orElseThrow(), next.node.ports())) {
            throw new IllegalStateException("hand-over was not understood");
        }
        next.node.tick(node.nowNanos() - next.node.nowNanos());
        return next;
    }

    private interface Starter {
        StateNode start(MemoryTables tables, StateMachine... machines);
    }

    RecordedReply<LeaseGrantResponse> grant(long id, long ttlSeconds) {
        return ask(machine::grant, LeaseGrantRequest.newBuilder().setID(id).setTTL(ttlSeconds).build());
    }

    RecordedReply<LeaseRevokeResponse> revoke(long id) {
        return ask(machine::revoke, LeaseRevokeRequest.newBuilder().setID(id).build());
    }

    RecordedReply<LeaseKeepAliveResponse> keepAlive(long id) {
        return ask(machine::keepAlive, LeaseKeepAliveRequest.newBuilder().setID(id).build());
    }

    RecordedReply<LeaseTimeToLiveResponse> timeToLive(long id) {
        return ask(machine::timeToLive, LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true).build());
    }

    RecordedReply<LeaseLeasesResponse> leases() {
        RecordedReply<LeaseLeasesResponse> reply = new RecordedReply<>();
        machine.leases(CALL, reply);
        workers.runAll();
        return reply;
    }

    void put(String key, long lease) {
        keyspace.put(node.ports(), ByteString.copyFromUtf8(key), lease);
    }

    /** What another member hears that asks this one. */
    RecordedReply<PeerAnswer> asked(PeerRequest request) {
        RecordedReply<PeerAnswer> reply = new RecordedReply<>();
        machine.handle(request, reply);
        return reply;
    }

    /** A step of the loop that asks the leader. */
    void forward() {
        forwarding.step(node.nowNanos());
    }

    /** Lets time pass in ticks, as the apply loop does. */
    void pass(Duration time) {
        for (long left = time.toNanos(); left > 0; left -= TICK_NANOS) {
            node.tick(Math.min(left, TICK_NANOS));
        }
    }

    long rows() {
        return node.saved().count(Bucket.LEASE);
    }

    private <Q, T> RecordedReply<T> ask(Call<Q, T> call, Q request) {
        RecordedReply<T> reply = new RecordedReply<>();
        call.of(request, CALL, reply);
        return reply;
    }

    private interface Call<Q, T> {
        void of(Q request, CallContext context, Reply<T> reply);
    }

    /** A slot whose provider the test chooses. */
    private record ForwardingLeases(AtomicReference<Leases> provider) implements Leases {

        @Override
        public void grant(LeaseGrantRequest request, CallContext context, Reply<LeaseGrantResponse> reply) {
            provider.get().grant(request, context, reply);
        }

        @Override
        public void revoke(LeaseRevokeRequest request, CallContext context, Reply<LeaseRevokeResponse> reply) {
            provider.get().revoke(request, context, reply);
        }

        @Override
        public void keepAlive(LeaseKeepAliveRequest request, CallContext context, Reply<LeaseKeepAliveResponse> reply) {
            provider.get().keepAlive(request, context, reply);
        }

        @Override
        public void timeToLive(LeaseTimeToLiveRequest request, CallContext context, Reply<LeaseTimeToLiveResponse> reply) {
            provider.get().timeToLive(request, context, reply);
        }

        @Override
        public void leases(CallContext context, Reply<LeaseLeasesResponse> reply) {
            provider.get().leases(context, reply);
        }
    }
}
