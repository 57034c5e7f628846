package io.tenon.runtime.node;

import io.tenon.api.CallContext;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.StatusCode;
import io.tenon.api.Refusal;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.loop.WorkerPool;
import io.tenon.api.maintenance.DatabaseSnapshot;
import io.tenon.api.maintenance.Maintenance;
import io.tenon.runtime.snapshot.ClientSnapshots;
import io.tenon.runtime.storage.BucketHash;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.EngineSize;
import io.tenon.wire.etcdserverpb.AlarmMember;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.DefragmentResponse;
import io.tenon.wire.etcdserverpb.HashResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.MoveLeaderRequest;
import io.tenon.wire.etcdserverpb.MoveLeaderResponse;
import io.tenon.wire.etcdserverpb.StatusResponse;
import java.util.Optional;
import java.util.function.Consumer;

/** Maintenance of this one node. */
final class MaintenanceService implements Maintenance {
    private static final long DEFAULT_QUOTA_BYTES = 2L << 30;

    private static final Refusal NO_ENGINE = Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: storage engine is not available");
    private static final Refusal NO_DATABASE_FORM =
            Refusal.of(StatusCode.UNAVAILABLE, "etcdserver: no bundle is deployed that knows etcd's database file");

    private final NodeConfig config;
    private final WorkerPool workers;
    private final Cluster cluster;
    private volatile Optional<NodeParts> node = Optional.empty();
    private volatile Optional<LeaderTransfers> transfers = Optional.empty();

    /** @param cluster the slot */
    MaintenanceService(NodeConfig config, WorkerPool workers, Cluster cluster) {
        this.config = config;
        this.workers = workers;
        this.cluster = cluster;
    }

    /** A node is there and does not run yet. */
    void started(NodeParts parts) {
        LeaderTransfers made = new LeaderTransfers(parts.consensus()::get, parts.host()::nowNanos, config.timing().requestTimeout().toNanos());
        parts.applyLoop().onTick(made::tick);
        transfers = Optional.of(made);
        node = Optional.of(parts);
    }

    /** The node takes no calls any more. */
    void stopping() {
        node = Optional.empty();
    }

    /** The node's loops have stopped. */
    void stopped() {
        transfers.ifPresent(LeaderTransfers::end);
        transfers = Optional.empty();
    }

    private void withNode(Reply<?> reply, Consumer<NodeParts> work) {
        Optional<NodeParts> now = node;
        if (now.isPresent()) {
            work.accept(now.get());
        } else {
            reply.refuse(Refusals.SERVER_STOPPED);
        }
    }

    @Override
    public void status(CallContext context, Reply<StatusResponse> reply) {
        withNode(reply, parts -> onApplyLoop(parts, reply, () -> reply.accept(statusOf(parts))));
    }

    private static void onApplyLoop(NodeParts parts, Reply<?> reply, Runnable work) {
        if (!parts.applyLoop().run(work)) {
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
        }
    }

    private StatusResponse statusOf(NodeParts parts) {
        EngineSize size = parts.storage().size();
        long revision = parts.machines().complete() ? parts.machines().keyspace().revision() : 0;
        StatusResponse.Builder status = StatusResponse.newBuilder().setHeader(parts.headers().of(revision))
                .setVersion(config.compat().serverVersion()).setDbSize(size.allocatedBytes()).setDbSizeInUse(size.inUseBytes())
                .setRaftAppliedIndex(parts.applyLoop().applied().index());
        Optional<ConsensusStatus> consensus = parts.consensus().get().map(Consensus::status);
        consensus.ifPresent(now -> status.setLeader(now.leader()).setRaftIndex(now.commit()).setRaftTerm(now.term())
                .setIsLearner(now.learner()));
        if (consensus.map(ConsensusStatus::leader).orElse(0L) == 0) {
            status.addErrors(Refusals.NO_LEADER.text());
        }
        for (AlarmMember alarm : parts.machines().alarms().alarms()) {
            status.addErrors("memberID:" + Long.toUnsignedString(alarm.getMemberID()) + " alarm:" + alarm.getAlarm() + " ");
        }
        if (config.compat().atLeast(Compat.V3_6)) {
            long quota = config.storage().quotaBytes();
            status.setDbSizeQuota(quota == Long.MAX_VALUE ? DEFAULT_QUOTA_BYTES : quota).setDowngradeInfo(cluster.downgradeInfo());
        }
        return status.build();
    }

    @Override
    public void alarm(AlarmRequest request, CallContext context, Reply<AlarmResponse> reply) {
        if (request.getAction() == AlarmRequest.AlarmAction.UNRECOGNIZED) {
            reply.refuse(Refusal.of(StatusCode.INVALID_ARGUMENT, "etcdserver: unknown alarm action " + request.getActionValue()));
            return;
        }
        withNode(reply, parts -> parts.pipeline().propose(InternalRaftRequest.newBuilder().setAlarm(request).build(),
                new Reply<Object>() {
                    @Override
                    public void accept(Object answer) {
                        reply.accept((AlarmResponse) answer);
                    }

                    @Override
                    public void refuse(Refusal refusal) {
                        reply.refuse(refusal);
                    }
                }));
    }

    @Override
    public void hash(CallContext context, Reply<HashResponse> reply) {
        withNode(reply, parts -> withEngine(parts, reply, () -> {
            long revision = parts.machines().keyspace().revision();
            parts.storage().flush(parts.applyLoop().applied(), parts.host().nowNanos(), new StorageCoordinator.Outcome<>(
                    durable -> parts.applyLoop().mustRun(() -> hashSaved(parts, revision, reply)), () -> reply.refuse(NO_ENGINE)));
        }));
    }

    private void hashSaved(NodeParts parts, long revision, Reply<HashResponse> reply) {
        Rows rows = parts.storage().savedRows();
        if (!rows.acquire()) {
            reply.refuse(NO_ENGINE);
        } else if (!workers.execute(() -> reply.accept(hashOf(parts, rows, revision)))) {
            rows.release();
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
        }
    }

    /** Runs work on the apply loop while state and engine are in place. */
    private static void withEngine(NodeParts parts, Reply<?> reply, Runnable work) {
        onApplyLoop(parts, reply, () -> {
            if (parts.storage().attached() && parts.machines().complete()) {
                work.run();
            } else {
                reply.refuse(NO_ENGINE);
            }
        });
    }

    private HashResponse hashOf(NodeParts parts, Rows rows, long revision) {
        try {
            return HashResponse.newBuilder().setHeader(parts.headers().of(revision))
                    .setHash(BucketHash.of(rows, config.compat().atLeast(Compat.V3_6))).build();
        } finally {
            rows.release();
        }
    }

    @Override
    public void defragment(CallContext context, Reply<DefragmentResponse> reply) {
        withNode(reply, parts -> withEngine(parts, reply, () -> parts.storage().defragment(parts.applyLoop().applied(),
                parts.host().nowNanos(), () -> reply.accept(DefragmentResponse.getDefaultInstance()), () -> reply.refuse(NO_ENGINE))));
    }

    @Override
    public void moveLeader(MoveLeaderRequest request, CallContext context, Reply<MoveLeaderResponse> reply) {
        withNode(reply, parts -> onApplyLoop(parts, reply, () -> {
            Optional<LeaderTransfers> now = transfers;
            if (now.isPresent() && parts.machines().complete()) {
                now.get().move(request.getTargetID(), parts.machines().membership().members(), reply);
            } else {
                reply.refuse(Refusals.SERVER_STOPPED);
            }
        }));
    }

    @Override
    public void snapshot(CallContext context, Reply<DatabaseSnapshot> reply) {
        withNode(reply, parts -> withEngine(parts, reply, () -> {
            ClientSnapshots snapshots = parts.snapshots().forClients();
            if (!snapshots.available()) {
                reply.refuse(NO_DATABASE_FORM);
            } else if (!snapshots.reserve()) {
                reply.refuse(Refusals.TOO_MANY_REQUESTS);
            } else {
                // Asked for when the entry is complete, so that the view is of the mark that is sealed for it.
                parts.storage().whenEntryComplete(() -> take(parts, snapshots, reply));
            }
        }));
    }

    private static void take(NodeParts parts, ClientSnapshots snapshots, Reply<DatabaseSnapshot> reply) {
        Runnable noEngine = () -> {
            snapshots.cancel();
            reply.refuse(NO_ENGINE);
        };
        if (parts.storage().attached()) {
            parts.storage().viewAt(parts.applyLoop().applied(), parts.host().nowNanos(),
                    new StorageCoordinator.Outcome<>(view -> reply.accept(snapshots.of(view)), noEngine));
        } else {
            noEngine.run();
        }
    }
}
