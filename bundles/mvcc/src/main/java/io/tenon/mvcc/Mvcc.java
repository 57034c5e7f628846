package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.NodeControl;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.kv.RangeResult;
import io.tenon.api.loop.WorkerPool;
import io.tenon.api.proposal.Proposals;
import io.tenon.mvcc.index.KeyIndex;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Handover;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.Rows;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeResponse;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The versioned keyspace as the kernel sees it: a state machine, the port that leases delete through, and the KV service. It holds the
 * parts together; what they do is in them.
 */
@Component(immediate = true, service = {StateMachine.class, KeyspacePort.class, KeyValues.class, Mvcc.class})
public final class Mvcc implements StateMachine, KeyspacePort, KeyValues {
    private final WorkerPool workers;
    private final NodeConfig config;
    private final Ranges ranges;
    private final Reads reads;
    private final CompactionHashes hashes = new CompactionHashes(List.of());
    private final KeyValueService service;
    private final AutoCompaction autoCompaction;
    /** The apply loop's, which alone replaces and changes it; other threads ask for its revision. */
    private volatile Keyspace keyspace = new Keyspace(new KeyIndex());
    // The apply loop's.
    private Compaction compaction;
    private Phase phase = Phase.NEW;

    private enum Phase { NEW, ACTIVE, HANDED_OVER }

    /**
     * @param successor the slot of the KV service: who answers once this keyspace was handed over
     * @param node      is stopped when a row turns out to be damaged or lost
     */
    @Activate
    public Mvcc(@Reference(target = Slot.TARGET) Proposals proposals, @Reference(target = Slot.TARGET) WorkerPool workers,
                @Reference(target = Slot.TARGET) KeyValues successor, @Reference(target = Slot.TARGET) NodeControl node,
                @Reference NodeConfig config) {
        this.workers = workers;
        this.config = config;
        ranges = new Ranges(config.compat());
        reads = new Reads(workers, node::fail);
        service = new KeyValueService(new KeyValueService.Parts(proposals, config, reads, hashes, successor), this::answerWhenGone);
        autoCompaction = new AutoCompaction(config.compaction(), proposals);
        compaction = newCompaction();
    }

    private Compaction newCompaction() {
        return new Compaction(keyspace, hashes, workers,
                new Compaction.Pace(config.compaction().batchLimit(), config.compaction().sleepInterval()));
    }

    // ---- state machine

    @Override
    public String id() {
        return "mvcc";
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public Set<RequestKind> kinds() {
        return Set.of(RequestKind.RANGE, RequestKind.PUT, RequestKind.DELETE_RANGE, RequestKind.TXN, RequestKind.COMPACTION);
    }

    @Override
    public Set<Bucket> buckets() {
        return Set.of(Bucket.KEY);
    }

    @Override
    public void restore(EngineView view, Ports ports) {
        List<Compaction.Waiter> waiters = compaction.waiters();
        keyspace = Restore.from(view, ports.leases());
        compaction = newCompaction();
        waiters.forEach(compaction::whenGone); // a snapshot from the leader may have carried their compaction out
        phase = Phase.ACTIVE;
    }

    @Override
    public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        return switch (kind) {
            case PUT -> Transaction.put(context, new Edit(context, keyspace), request.getPut());
            case DELETE_RANGE -> Transaction.deleteRange(context, new Edit(context, keyspace), request.getDeleteRange());
            case TXN -> new Transaction(context, new Edit(context, keyspace), ranges).apply(request.getTxn());
            case RANGE -> Answers.range(context.header(revision()), ranges.read(request.getRange(), keyspace.now(context.rows())));
            case COMPACTION -> {
                compaction.schedule(context, request.getCompaction().getRevision());
                yield CompactionResponse.newBuilder().setHeader(context.header(revision())).build();
            }
            case LEASE_GRANT, LEASE_REVOKE, LEASE_CHECKPOINT, ALARM, AUTH, CLUSTER_VERSION_SET, CLUSTER_MEMBER_ATTR_SET,
                 DOWNGRADE_INFO_SET, V2 -> throw new IllegalArgumentException("mvcc does not apply " + kind);
        };
    }

    @Override
    public void publish(Rows rows) {
        MvccView view = keyspace.freeze(rows);
        compaction.published(view);
        reads.publish(view);
    }

    @Override
    public void tick(ApplyContext context, long nowNanos) {
        reads.retryParked();
        compaction.published(reads.newest());
        compaction.tick(context, nowNanos);
        autoCompaction.tick(nowNanos, keyspace.revision());
    }

    @Override
    public void leadershipChanged(boolean leader, long nowNanos) {
        autoCompaction.leadershipChanged(leader);
    }

    @Override
    public Optional<Handover> handOver() {
        if (phase != Phase.ACTIVE) {
            return Optional.empty();
        }
        phase = Phase.HANDED_OVER;
        reads.retire();
        return Optional.of(Parked.of(keyspace, hashes, compaction).handover(id()));
    }

    @Override
    public boolean takeOver(Handover handover, Ports ports) {
        Optional<Parked> parked = Parked.of(handover);
        parked.ifPresent(state -> {
            keyspace = state.keyspace();
            state.hashes().forEach(hashes::add);
            compaction = newCompaction();
            state.waiters().forEach(compaction::whenGone);
            phase = Phase.ACTIVE;
        });
        return parked.isPresent();
    }

    // ---- the port of other machines

    @Override
    public long revision() {
        return keyspace.revision();
    }

    @Override
    public long delete(ApplyContext context, List<ByteString> keys) {
        Edit edit = new Edit(context, keyspace);
        keys.forEach(key -> edit.delete(key.toByteArray()));
        return edit.finish();
    }

    /** What readers see, for the other services of this bundle. */
    Reads reads() {
        return reads;
    }

    // ---- the KV service

    @Override
    public void range(RangeRequest request, CallContext context, Reply<RangeResult> reply) {
        service.range(request, context, reply);
    }

    @Override
    public void put(PutRequest request, CallContext context, Reply<PutResponse> reply) {
        service.put(request, context, reply);
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, CallContext context, Reply<DeleteRangeResponse> reply) {
        service.deleteRange(request, context, reply);
    }

    @Override
    public void txn(TxnRequest request, CallContext context, Reply<TxnResponse> reply) {
        service.txn(request, context, reply);
    }

    @Override
    public void compact(CompactionRequest request, CallContext context, Reply<CompactionResponse> reply) {
        service.compact(request, context, reply);
    }

    @Override
    public void hashKv(HashKVRequest request, CallContext context, Reply<HashKVResponse> reply) {
        service.hashKv(request, context, reply);
    }

    @Override
    public List<CompactionHash> compactionHashes() {
        return service.compactionHashes();
    }

    private void answerWhenGone(CompactionResponse answer, KeyValueService.Waiting waiting) {
        if (phase == Phase.HANDED_OVER) {
            waiting.reply().accept(answer); // a newer version removes the rows and knows nothing of this caller
        } else {
            compaction.whenGone(new Compaction.Waiter(waiting.revision(), answer, waiting.reply()));
        }
    }
}
