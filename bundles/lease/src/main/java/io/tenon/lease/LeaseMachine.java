package io.tenon.lease;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.lease.Leases;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.api.loop.WorkerPool;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Handover;
import io.tenon.spi.state.LeasePort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.Rows;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerEndpoint;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.LeaseCheckpoint;
import io.tenon.wire.etcdserverpb.LeaseCheckpointRequest;
import io.tenon.wire.etcdserverpb.LeaseCheckpointResponse;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.LeaseLeasesResponse;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import io.tenon.wire.etcdserverpb.RequestHeader;
import io.tenon.wire.leasepb.Lease;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases as a part of the replicated state, and the service that asks for them. Grants, revocations and checkpoints are entries; renewals
 * are not: only the leader counts time, and a new one starts anew.
 */
@Component(service = {StateMachine.class, Leases.class, PeerEndpoint.class}, immediate = true)
public final class LeaseMachine implements StateMachine, LeasePort, Leases, PeerEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseMachine.class);
    /** Ticks come every 100 ms; when none came for so long, nobody could renew: a pause of the process, or a disk that the loop waited for. */
    private static final long STOOD_STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LeaseTerms terms;
    private final LeaseBook book;
    private final Leader leader;
    private final LeaseCalls calls;
    private final LeaseEndpoint endpoint;
    private final Forwarding forwarding;
    private Optional<LoopHandle> forwardingLoop = Optional.empty();
    private Optional<Ports> ports = Optional.empty();
    private long nowNanos;
    private long tickedNanos;

    @Activate
    public LeaseMachine(@Reference(target = Slot.TARGET) Proposals proposals, @Reference(target = Slot.TARGET) WorkerPool workers,
                        @Reference(target = Slot.TARGET) Leases slot, @Reference(target = Slot.TARGET) LoopHost host,
                        @Reference(target = Slot.TARGET) PeerCalls peers, @Reference(target = Slot.TARGET) PeerBook book,
                        @Reference NodeConfig config) {
        this(new LeaseCalls.Services(proposals, workers, slot, host::nowNanos, config.timing().requestTimeout().toNanos(),
                new Forwarding(new Forwarding.Services(peers, book, proposals, host::nowNanos))), LeaseTerms.of(config));
        LoopHandle handle = host.attach(LoopRole.WATCH, "lease-forwarding", forwarding);
        forwarding.onWork(handle::wake);
        forwardingLoop = Optional.of(handle);
    }

    LeaseMachine(LeaseCalls.Services services, LeaseTerms terms) {
        this.terms = terms;
        book = new LeaseBook(terms);
        leader = new Leader(book, services.proposals(), this::asRoot);
        calls = new LeaseCalls(book, terms, services);
        endpoint = new LeaseEndpoint(calls);
        forwarding = services.forwarding();
    }

    /** What is on its way to the leader, and fails from now on, is asked through the slot. */
    @Deactivate
    void deactivate() {
        forwardingLoop.ifPresent(LoopHandle::close);
        forwarding.close();
    }

    @Override
    public String id() {
        return "lease";
    }

    @Override
    public int order() {
        return 20;
    }

    @Override
    public Set<RequestKind> kinds() {
        return Set.of(RequestKind.LEASE_GRANT, RequestKind.LEASE_REVOKE, RequestKind.LEASE_CHECKPOINT);
    }

    @Override
    public Set<Bucket> buckets() {
        return Set.of(Bucket.LEASE);
    }

    /**
     * Only the leases: which keys hang on them is told by the keyspace, which is restored next. Also called on a machine that is in place,
     * when one before it was restored: then leases count anew, once this member is told again that it leads.
     */
    @Override
    public void restore(EngineView view, Ports otherState) {
        book.clear();
        leader.changed(nowNanos);
        view.scanVerified(Bucket.LEASE, (key, value) -> {
            Lease lease = LeaseRow.read(key, value);
            book.checkpoint(book.grant(lease.getID(), lease.getTTL(), 0), bounded(lease.getRemainingTTL(), lease.getTTL()));
            return true;
        });
        begin(otherState);
    }

    private void begin(Ports otherState) {
        ports = Optional.of(otherState);
        calls.begin(otherState);
    }

    private RequestHeader asRoot() {
        return ports.map(others -> others.permissions().asRoot()).orElse(RequestHeader.getDefaultInstance());
    }

    @Override
    public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        return switch (kind) {
            case LEASE_GRANT -> grant(context, request.getLeaseGrant());
            case LEASE_REVOKE -> revoke(context, request.getLeaseRevoke());
            case LEASE_CHECKPOINT -> checkpoint(context, request.getLeaseCheckpoint());
            case RANGE, PUT, DELETE_RANGE, TXN, COMPACTION, ALARM, AUTH, CLUSTER_VERSION_SET, CLUSTER_MEMBER_ATTR_SET, DOWNGRADE_INFO_SET,
                    V2 -> throw new IllegalStateException("entry of kind " + kind + " given to lease");
        };
    }

    private LeaseGrantResponse grant(ApplyContext context, LeaseGrantRequest request) {
        long id = request.getID();
        if (id == 0) {
            throw Refusals.LEASE_NOT_FOUND.asException();
        }
        if (request.getTTL() > LeaseTerms.MAX_TTL_SECONDS) {
            throw Refusals.LEASE_TTL_TOO_LARGE.asException();
        }
        if (exists(id)) {
            throw Refusals.LEASE_EXISTS.asException();
        }
        long ttlSeconds = book.table().ttlSeconds(book.grant(id, request.getTTL(), context.nowNanos()));
        context.put(Bucket.LEASE, LeaseRow.key(id), LeaseRow.value(id, ttlSeconds, 0));
        return LeaseGrantResponse.newBuilder().setHeader(context.header(context.ports().keyspace().revision())).setID(id)
                .setTTL(ttlSeconds).build();
    }

    /** The keys go first, in byte order and in one revision; the keyspace takes each off the lease. */
    private LeaseRevokeResponse revoke(ApplyContext context, LeaseRevokeRequest request) {
        int place = book.table().find(request.getID());
        if (place == LeaseTable.NONE) {
            throw Refusals.LEASE_NOT_FOUND.asException();
        }
        long revision = book.attachments().count(place) == 0 ? context.ports().keyspace().revision()
                : context.ports().keyspace().delete(context, book.keysOf(place));
        book.remove(place);
        context.delete(Bucket.LEASE, LeaseRow.key(request.getID()));
        return LeaseRevokeResponse.newBuilder().setHeader(context.header(revision)).build();
    }

    private LeaseCheckpointResponse checkpoint(ApplyContext context, LeaseCheckpointRequest request) {
        for (LeaseCheckpoint checkpoint : request.getCheckpointsList()) {
            int place = book.table().find(checkpoint.getID());
            if (place == LeaseTable.NONE) {
                continue;
            }
            long ttlSeconds = book.table().ttlSeconds(place);
            book.checkpoint(place, bounded(checkpoint.getRemainingTTL(), ttlSeconds));
            if (terms.checkpointPersist()) {
                context.put(Bucket.LEASE, LeaseRow.key(checkpoint.getID()),
                        LeaseRow.value(checkpoint.getID(), ttlSeconds, checkpoint.getRemainingTTL()));
            }
        }
        return LeaseCheckpointResponse.newBuilder().setHeader(context.header(context.ports().keyspace().revision())).build();
    }

    /** What remains is never more than was granted, whatever another member logged. */
    private static long bounded(long remainingSeconds, long ttlSeconds) {
        return Math.clamp(remainingSeconds, 0, Math.max(0, ttlSeconds));
    }

    @Override
    public void tick(ApplyContext context, long atNanos) {
        long sinceLastNanos = atNanos - tickedNanos;
        if (book.leads() && sinceLastNanos > STOOD_STILL_NANOS) {
            LOG.warn("this member stood still, leases are prolonged took-ms={} leases={}", sinceLastNanos / 1_000_000, book.table().size());
            book.prolong(sinceLastNanos);
        }
        tickedNanos = atNanos;
        nowNanos = atNanos;
        leader.tick(atNanos);
        calls.tick(atNanos);
    }

    @Override
    public void publish(Rows rows) {
        calls.runEarly();
        calls.answerLate(nowNanos);
    }

    /** Told again after a change of the term alone, which means nothing here but that headers are old. */
    @Override
    public void leadershipChanged(boolean leads, long atNanos) {
        nowNanos = atNanos;
        if (leads != book.leads()) {
            tickedNanos = atNanos;
            if (leads) {
                book.lead(atNanos);
            } else {
                book.follow();
            }
            leader.changed(atNanos);
            LOG.info("leases counted={} leases={} keys={}", leads, book.table().size(), book.attachments().size());
        }
        calls.leadershipChanged();
    }

    @Override
    public Optional<Handover> handOver() {
        Handover handover = LeaseHandover.write(book, nowNanos);
        calls.retire();
        return Optional.of(handover);
    }

    @Override
    public boolean takeOver(Handover handover, Ports otherState) {
        if (!LeaseHandover.isReadable(handover)) {
            return false;
        }
        book.clear();
        tickedNanos = LeaseHandover.read(handover, book);
        leader.changed(tickedNanos);
        begin(otherState);
        return true;
    }

    @Override
    public boolean exists(long leaseId) {
        return book.table().find(leaseId) != LeaseTable.NONE;
    }

    @Override
    public long leaseOf(ByteString key) {
        int place = book.attachments().leaseOf(key);
        return place == Attachments.NONE ? 0 : book.table().id(place);
    }

    @Override
    public List<ByteString> keysOf(long leaseId) {
        int place = book.table().find(leaseId);
        return place == LeaseTable.NONE ? List.of() : book.keysOf(place);
    }

    @Override
    public void attach(long leaseId, ByteString key) {
        if (leaseId == 0) {
            detach(key);
            return;
        }
        int place = book.table().find(leaseId);
        if (place == LeaseTable.NONE) {
            throw new IllegalStateException("key attached to lease " + leaseId + " that does not exist");
        }
        book.attach(place, key);
    }

    @Override
    public void detach(ByteString key) {
        book.attachments().detach(key);
    }

    @Override
    public void grant(LeaseGrantRequest request, CallContext context, Reply<LeaseGrantResponse> reply) {
        calls.grant(request, context, reply);
    }

    @Override
    public void revoke(LeaseRevokeRequest request, CallContext context, Reply<LeaseRevokeResponse> reply) {
        calls.revoke(request, context, reply);
    }

    @Override
    public void keepAlive(LeaseKeepAliveRequest request, CallContext context, Reply<LeaseKeepAliveResponse> reply) {
        calls.keepAlive(request, context, reply);
    }

    @Override
    public void timeToLive(LeaseTimeToLiveRequest request, CallContext context, Reply<LeaseTimeToLiveResponse> reply) {
        calls.timeToLive(request, context, reply);
    }

    @Override
    public void leases(CallContext context, Reply<LeaseLeasesResponse> reply) {
        calls.leases(context, reply);
    }

    @Override
    public List<String> paths() {
        return LeaseEndpoint.PATHS;
    }

    @Override
    public int mostBodyBytes() {
        return LeaseEndpoint.MOST_BODY_BYTES;
    }

    @Override
    public void handle(PeerRequest request, Reply<PeerAnswer> reply) {
        endpoint.handle(request, reply);
    }
}
