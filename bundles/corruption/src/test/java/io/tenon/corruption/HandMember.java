package io.tenon.corruption;

import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.kv.RangeResult;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
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
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Member 1 of three, whose hashes and peers are what the test says. */
final class HandMember implements KeyValues, Proposals, PeerCalls, PeerBook {
    /** Responses, or refusals, in the order in which hashes are asked for. */
    final ArrayDeque<Object> answers = new ArrayDeque<>();
    final List<Long> askedRevisions = new ArrayList<>();
    final List<Reply<PeerAnswer>> peerReplies = new ArrayList<>();
    final List<AlarmRequest> alarms = new ArrayList<>();
    final List<CompactionHash> compactionHashes = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    PeerRequest lastQuestion = PeerRequest.get("/");
    URI lastAddress = URI.create("/");
    boolean secondAddress;
    long leader = 1;
    long nowNanos = 1_000_000;

    @Override
    public void hashKv(HashKVRequest request, CallContext context, Reply<HashKVResponse> reply) {
        askedRevisions.add(request.getRevision());
        switch (answers.remove()) {
            case Refusal refusal -> reply.refuse(refusal);
            case HashKVResponse response -> reply.accept(response);
            default -> throw new IllegalStateException("neither answer nor refusal");
        }
    }

    @Override
    public List<CompactionHash> compactionHashes() {
        return compactionHashes;
    }

    /** What was asked of the others since the last call. */
    List<Reply<PeerAnswer>> takePeerReplies() {
        List<Reply<PeerAnswer>> taken = List.copyOf(peerReplies);
        peerReplies.clear();
        return taken;
    }

    @Override
    public void call(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply) {
        lastQuestion = request;
        lastAddress = base;
        peerReplies.add(reply);
    }

    @Override
    public Page page() {
        return new Page(List.of(address(1), address(2), address(3)), Set.of());
    }

    private PeerAddress address(long id) {
        URI first = URI.create("http://10.0.0." + id + ":2380");
        return new PeerAddress(id, secondAddress ? List.of(first, URI.create("http://10.1.0." + id + ":2380")) : List.of(first));
    }

    @Override
    public Registration onChange(Runnable changed) {
        return () -> { };
    }

    @Override
    @SuppressWarnings("unchecked") // an alarm is answered with an alarm's response
    public <T> void propose(InternalRaftRequest request, Reply<T> reply) {
        alarms.add(request.getAlarm());
        reply.accept((T) AlarmResponse.getDefaultInstance());
    }

    @Override
    public <T> void proposeWhileLeading(InternalRaftRequest request, Reply<T> reply) {
        throw new IllegalStateException("not used here");
    }

    @Override
    public void awaitLinearizable(Reply<Long> reply) {
        reply.accept(1L);
    }

    @Override
    public boolean onApplyLoop(Runnable work) {
        throw new IllegalStateException("not used here");
    }

    @Override
    public ResponseHeader header(long revision) {
        throw new IllegalStateException("not used here");
    }

    @Override
    public long leader() {
        return leader;
    }

    @Override
    public long nextId() {
        throw new IllegalStateException("not used here");
    }

    @Override
    public void range(RangeRequest request, CallContext context, Reply<RangeResult> reply) {
        throw new IllegalStateException("not used here");
    }

    @Override
    public void put(PutRequest request, CallContext context, Reply<PutResponse> reply) {
        throw new IllegalStateException("not used here");
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, CallContext context, Reply<DeleteRangeResponse> reply) {
        throw new IllegalStateException("not used here");
    }

    @Override
    public void txn(TxnRequest request, CallContext context, Reply<TxnResponse> reply) {
        throw new IllegalStateException("not used here");
    }

    @Override
    public void compact(CompactionRequest request, CallContext context, Reply<CompactionResponse> reply) {
        throw new IllegalStateException("not used here");
    }
}
