package io.tenon.mvcc;

import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.RefusedException;
import io.tenon.api.Reply;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.kv.RangeResult;
import io.tenon.api.proposal.Proposals;
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
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** etcd's KV service: checks requests, proposes writes, and answers reads from the published view. Any thread. */
final class KeyValueService implements KeyValues {
    /** Reads of at most so many keys run on the caller's thread. */
    private static final int SHORT_KEYS = 16;
    private final Proposals proposals;
    private final Reads reads;
    private final KeyValues successor;
    private final Compat compat;
    private final RequestChecks checks;
    private final Ranges ranges;
    private final CompactionHashes hashes;
    private final BiConsumer<CompactionResponse, Waiting> whenGone;

    /** A physical compaction that was applied. */
    record Waiting(long revision, Reply<CompactionResponse> reply) {
    }

    /**
     * What the service works with.
     *
     * @param successor the slot of this service: who answers once this keyspace was handed over
     */
    record Parts(Proposals proposals, NodeConfig config, Reads reads, CompactionHashes hashes, KeyValues successor) {
    }

    /** @param whenGone called on the apply loop; answers when the rows of a compaction are gone */
    KeyValueService(Parts parts, BiConsumer<CompactionResponse, Waiting> whenGone) {
        proposals = parts.proposals();
        reads = parts.reads();
        hashes = parts.hashes();
        successor = parts.successor();
        NodeConfig config = parts.config();
        this.whenGone = whenGone;
        compat = config.compat();
        checks = new RequestChecks(compat, config.limits().maxTxnOps());
        ranges = new Ranges(compat);
    }

    @Override
    public void range(RangeRequest request, CallContext context, Reply<RangeResult> reply) {
        if (isRefused(() -> checks.check(request), reply)) {
            return;
        }
        Function<MvccView, RangeResult> read = view -> {
            Ranges.Found found = ranges.read(request, view);
            return new RangeResult(proposals.header(view.revision()), found.kvs(), found.more(), found.count());
        };
        read(Wish.of(request.getSerializable(), Ranges.isShort(request, SHORT_KEYS)), context,
                new Reads.Asked<>(read, reply, () -> successor.range(request, context, reply)));
    }

    @Override
    public void put(PutRequest request, CallContext context, Reply<PutResponse> reply) {
        if (!isRefused(() -> checks.check(request), reply)) {
            proposals.propose(InternalRaftRequest.newBuilder().setPut(request).build(), reply);
        }
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, CallContext context, Reply<DeleteRangeResponse> reply) {
        if (!isRefused(() -> checks.check(request), reply)) {
            proposals.propose(InternalRaftRequest.newBuilder().setDeleteRange(request).build(), reply);
        }
    }

    @Override
    public void txn(TxnRequest request, CallContext context, Reply<TxnResponse> reply) {
        if (isRefused(() -> checks.check(request), reply)) {
            return;
        }
        if (!RequestChecks.isReadOnly(request)) {
            proposals.propose(InternalRaftRequest.newBuilder().setTxn(request).build(), reply);
            return;
        }
        Function<MvccView, TxnResponse> read = view -> readTxn(request, view);
        read(Wish.of(RequestChecks.isSerializable(request), isShort(request)), context,
                new Reads.Asked<>(read, reply, () -> successor.txn(request, context, reply)));
    }

    private TxnResponse readTxn(TxnRequest request, MvccView view) {
        Compares.Chosen chosen = new Compares(view).choose(request);
        chosen.forEach(operation -> Transaction.checkRange(operation, view));
        TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(chosen.succeeded());
        for (RequestOp operation : chosen.operations()) {
            Ranges.Found found = ranges.read(operation.getRequestRange(), view);
            response.addResponsesBuilder().setResponseRange(Answers.range(Answers.inner(view.revision()), found));
        }
        return response.setHeader(proposals.header(view.revision())).build();
    }

    private static boolean isShort(TxnRequest request) {
        int operations = request.getCompareCount() + request.getSuccessCount() + request.getFailureCount();
        return operations <= SHORT_KEYS
                && request.getCompareList().stream().allMatch(compare -> compare.getRangeEnd().isEmpty())
                && request.getSuccessList().stream().allMatch(operation -> Ranges.isShort(operation.getRequestRange(), 1))
                && request.getFailureList().stream().allMatch(operation -> Ranges.isShort(operation.getRequestRange(), 1));
    }

    @Override
    public void compact(CompactionRequest request, CallContext context, Reply<CompactionResponse> reply) {
        InternalRaftRequest entry = InternalRaftRequest.newBuilder().setCompaction(request).build();
        if (!request.getPhysical()) {
            proposals.propose(entry, reply);
            return;
        }
        proposals.propose(entry, new Reply<CompactionResponse>() {
            @Override
            public void accept(CompactionResponse answer) {
                whenGone.accept(answer, new Waiting(request.getRevision(), reply));
            }

            @Override
            public void refuse(Refusal refusal) {
                reply.refuse(refusal);
            }
        });
    }

    @Override
    public void hashKv(HashKVRequest request, CallContext context, Reply<HashKVResponse> reply) {
        Function<MvccView, HashKVResponse> read = view -> {
            HashKv.Hash hash = hashes.at(request.getRevision()).orElseGet(() ->
                    HashKv.of(view, view.readRevision(request.getRevision()), view.compactRevision()));
            HashKVResponse.Builder response = HashKVResponse.newBuilder().setHeader(proposals.header(view.revision()))
                    .setHash(hash.hash()).setCompactRevision(hash.compactRevision());
            if (compat.atLeast(Compat.V3_6)) {
                response.setHashRevision(hash.revision());
            }
            return response.build();
        };
        reads.runOnWorker(new Reads.Asked<>(read, reply, () -> successor.hashKv(request, context, reply)));
    }

    @Override
    public List<CompactionHash> compactionHashes() {
        return hashes.all().stream()
                .map(hash -> new CompactionHash(hash.revision(), Integer.toUnsignedLong(hash.hash()), hash.compactRevision())).toList();
    }

    /** What a read wants. */
    private record Wish(Freshness freshness, Length length) {

        enum Freshness { LOCAL, LINEARIZABLE }

        enum Length { SHORT, LONG }

        static Wish of(boolean serializable, boolean isShort) {
            return new Wish(serializable ? Freshness.LOCAL : Freshness.LINEARIZABLE, isShort ? Length.SHORT : Length.LONG);
        }
    }

    private <T> void read(Wish wish, CallContext context, Reads.Asked<T> asked) {
        switch (wish.freshness) {
            case LOCAL -> {
                switch (wish.length) {
                    case SHORT -> reads.runHere(asked);
                    case LONG -> reads.runOnWorker(asked);
                }
            }
            case LINEARIZABLE -> proposals.awaitLinearizable(new Reply<>() {
                @Override
                public void accept(Long index) {
                    if (reads.retired()) {
                        // What is published here may be older than the index that was waited for.
                        asked.elsewhere().run();
                        return;
                    }
                    switch (wish.length) {
                        case SHORT -> reads.runAtHome(context, asked);
                        case LONG -> reads.runOnWorker(asked);
                    }
                }

                @Override
                public void refuse(Refusal refusal) {
                    asked.reply().refuse(refusal);
                }
            });
        }
    }

    private static boolean isRefused(Runnable check, Reply<?> reply) {
        try {
            check.run();
            return false;
        } catch (RefusedException e) {
            reply.refuse(e.refusal());
            return true;
        }
    }
}
