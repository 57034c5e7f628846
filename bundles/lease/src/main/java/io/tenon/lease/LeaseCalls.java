package io.tenon.lease;

import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.lease.Leases;
import io.tenon.api.loop.WorkerPool;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.state.Ports;
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
import io.tenon.wire.etcdserverpb.LeaseStatus;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The calls of the Lease service. Their methods may be called by any thread; what touches leases runs on the apply loop, between entries,
 * so it sees all that was applied before.
 */
final class LeaseCalls implements Leases {
    /** Calls that may wait for the state to be put in place. */
    private static final int MOST_EARLY = 65_536;
    /** Renewals that may wait for a revocation. */
    private static final int MOST_LATE = 65_536;
    /** How long another member's question waits for what is committed to be applied. */
    private static final long PEER_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LeaseBook book;
    private final Services services;
    private final LeaseTerms terms;
    /** Renewals of leases that ended and are being revoked, oldest first; answered when they are gone. */
    private final ArrayDeque<LateRenewal> late = new ArrayDeque<>();
    /** Questions of other members, oldest first; bounded by the reads that may wait. */
    private final ArrayDeque<Unknown> unknowns = new ArrayDeque<>();
    /** Removals when {@link #late} was last looked through. */
    private long removalsSeen;
    /** Calls that came before the state was in place: this version of the bundle is known to others before it is restored. */
    private final ArrayDeque<Runnable> early = new ArrayDeque<>();
    private Optional<Ports> ports = Optional.empty();
    private boolean retired;
    /** The header of the last keep-alive answer; good while revision and term are. */
    private ResponseHeader header = ResponseHeader.getDefaultInstance();
    private boolean headerIsOld = true;

    /**
     * What the calls need of the kernel.
     *
     * @param slot       where calls go that reach this version of the bundle after it gave its state away
     * @param nanoClock  the monotonic clock that the loops are stepped by: a renewal counts from when it came, not from when it was its turn
     * @param waitNanos  how long a call may wait for a revocation, or for a leader
     * @param forwarding where calls go that only the leader answers
     */
    record Services(Proposals proposals, WorkerPool workers, Leases slot, LongSupplier nanoClock, long waitNanos,
                    Forwarding forwarding) {
    }

    /** Who asks: for a client the leader is found, a member that asks is told that it is not here. */
    enum Origin { CLIENT, PEER }

    /** @param askedNanos when the call came, which may be long before it is answered: this member may not have led then */
    private record Call<Q, A>(Q request, CallContext context, Reply<A> reply, Origin origin, long askedNanos) {
    }

    private record LateRenewal(Call<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call, ResponseHeader header, long deadlineNanos) {
    }

    LeaseCalls(LeaseBook book, LeaseTerms terms, Services services) {
        this.book = book;
        this.terms = terms;
        this.services = services;
    }

    /** The state is in place. Apply loop, as the methods down to {@link #retire}. */
    void begin(Ports otherState) {
        ports = Optional.of(otherState);
    }

    /** Who leads is known too by now. */
    void runEarly() {
        for (Runnable call = early.poll(); call != null; call = early.poll()) {
            call.run();
        }
    }

    /** The term may have changed, and whoever waits for this member to revoke may wait in vain. */
    void leadershipChanged() {
        headerIsOld = true;
        if (!book.leads()) {
            for (LateRenewal waiting = late.poll(); waiting != null; waiting = late.poll()) {
                keepAlive(waiting.call);
            }
        }
    }

    /** Answers renewals whose lease is gone by now, after readers see that its keys are; and those that waited too long. */
    void answerLate(long nowNanos) {
        if (late.isEmpty() || removalsSeen == book.table().removals() && nowNanos - late.peek().deadlineNanos < 0) {
            return;
        }
        removalsSeen = book.table().removals();
        for (int left = late.size(); left > 0; left--) {
            LateRenewal waiting = late.poll();
            if (book.table().find(waiting.call.request.getID()) == LeaseTable.NONE) {
                waiting.call.reply.accept(keepAliveResponse(waiting.header, waiting.call.request.getID(), 0));
            } else if (nowNanos - waiting.deadlineNanos >= 0) {
                waiting.call.reply.refuse(Refusals.REQUEST_TIMED_OUT);
            } else {
                late.add(waiting);
            }
        }
    }

    /** The state belongs to another version of the bundle from now on: what waits here, and what still comes, goes to it. */
    void retire() {
        retired = true;
        for (LateRenewal waiting = late.poll(); waiting != null; waiting = late.poll()) {
            services.slot.keepAlive(waiting.call.request, waiting.call.context, waiting.call.reply);
        }
    }

    @Override
    public void grant(LeaseGrantRequest request, CallContext context, Reply<LeaseGrantResponse> reply) {
        LeaseGrantRequest named = request.getID() != 0 ? request : request.toBuilder().setID(newLeaseId()).build();
        services.proposals.propose(InternalRaftRequest.newBuilder().setLeaseGrant(named).build(), reply);
    }

    @Override
    public void revoke(LeaseRevokeRequest request, CallContext context, Reply<LeaseRevokeResponse> reply) {
        services.proposals.propose(InternalRaftRequest.newBuilder().setLeaseRevoke(request).build(), reply);
    }

    @Override
    public void keepAlive(LeaseKeepAliveRequest request, CallContext context, Reply<LeaseKeepAliveResponse> reply) {
        keepAlive(request, context, reply, Origin.CLIENT);
    }

    void keepAlive(LeaseKeepAliveRequest request, CallContext context, Reply<LeaseKeepAliveResponse> reply, Origin origin) {
        Call<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call =
                new Call<>(request, context, reply, origin, services.nanoClock.getAsLong());
        onApplyLoop(() -> keepAlive(call), reply);
    }

    private void keepAlive(Call<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call) {
        LeaseKeepAliveRequest request = call.request;
        if (retired) {
            services.slot.keepAlive(request, call.context, call.reply);
            return;
        }
        if (ports.isEmpty()) {
            waitForState(() -> keepAlive(call), call.reply);
            return;
        }
        // etcd takes the header before the renewal.
        ResponseHeader before = header();
        if (!book.leads()) {
            askLeader(call, new AskedLeader.KeepAlive(request.getID(), before, call.reply), () -> keepAlive(call));
            return;
        }
        int place = book.table().find(request.getID());
        if (place == LeaseTable.NONE) {
            ifStillUnknown(request.getID(), call, () -> keepAlive(call), () -> keepAliveResponse(before, request.getID(), 0));
        } else if (!book.canRenew(place, call.askedNanos)) {
            waitForEnd(new LateRenewal(call, before, call.askedNanos + services.waitNanos));
        } else if (terms.checkpoints() && book.table().checkpointSeconds(place) > 0) {
            clearCheckpoint(request.getID(), call.reply, () -> keepAlive(call));
        } else {
            book.renew(place, services.nanoClock.getAsLong());
            call.reply.accept(keepAliveResponse(before, request.getID(), book.table().ttlSeconds(place)));
        }
    }

    /** @param here asks this member again, on the apply loop */
    private void askLeader(Call<?, ?> call, AskedLeader asker, Runnable here) {
        switch (call.origin) {
            case CLIENT -> services.forwarding.ask(asker.question(call.askedNanos + services.waitNanos),
                    asker.asker(() -> onApplyLoop(here, call.reply)));
            case PEER -> call.reply.refuse(Refusals.NOT_LEADER);
        }
    }

    private void waitForEnd(LateRenewal renewal) {
        if (late.size() == MOST_LATE) {
            renewal.call.reply.refuse(Refusals.TOO_MANY_REQUESTS);
        } else {
            late.add(renewal);
        }
    }

    /** Renewing in memory alone would let the next leader count from the checkpoint. */
    private void clearCheckpoint(long id, Reply<?> reply, Runnable then) {
        LeaseCheckpointRequest clear = LeaseCheckpointRequest.newBuilder().addCheckpoints(LeaseCheckpoint.newBuilder().setID(id)).build();
        services.proposals.propose(InternalRaftRequest.newBuilder().setLeaseCheckpoint(clear).build(),
                new Reply<LeaseCheckpointResponse>() {

                    @Override
                    public void accept(LeaseCheckpointResponse answer) {
                        then.run();
                    }

                    @Override
                    public void refuse(Refusal refusal) {
                        reply.refuse(refusal);
                    }
                });
    }

    @Override
    public void timeToLive(LeaseTimeToLiveRequest request, CallContext context, Reply<LeaseTimeToLiveResponse> reply) {
        timeToLive(request, context, reply, Origin.CLIENT);
    }

    void timeToLive(LeaseTimeToLiveRequest request, CallContext context, Reply<LeaseTimeToLiveResponse> reply, Origin origin) {
        Call<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> call =
                new Call<>(request, context, reply, origin, services.nanoClock.getAsLong());
        onApplyLoop(() -> timeToLive(call), reply);
    }

    private void timeToLive(Call<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> call) {
        LeaseTimeToLiveRequest request = call.request;
        if (retired) {
            services.slot.timeToLive(request, call.context, call.reply);
            return;
        }
        if (ports.isEmpty()) {
            waitForState(() -> timeToLive(call), call.reply);
            return;
        }
        int place = book.table().find(request.getID());
        LeaseTimeToLiveResponse.Builder response = LeaseTimeToLiveResponse.newBuilder().setHeader(header()).setID(request.getID());
        // A member that asks is told first whether there is such a lease, then that it is counted elsewhere.
        if (place == LeaseTable.NONE && (book.leads() || call.origin == Origin.PEER)) {
            ifStillUnknown(request.getID(), call, () -> timeToLive(call), () -> response.setTTL(-1).build());
        } else if (!book.leads()) {
            askLeader(call, new AskedLeader.TimeToLive(request, header(), call.reply), () -> timeToLive(call));
        } else {
            response.setTTL((book.table().expiryNanos(place) - services.nanoClock.getAsLong()) / LeaseTerms.SECOND_NANOS);
            response.setGrantedTTL(book.table().ttlSeconds(place));
            if (request.getKeys()) {
                response.addAllKeys(book.keysOf(place));
            }
            call.reply.accept(response.build());
        }
    }

    /**
     * A lease that is not here may be in an entry that is committed and not applied yet: etcd waits for such entries before it looks; so
     * only who asks for an unknown lease pays for it. A member that asks does not wait long: it asks again.
     */
    private <T> void ifStillUnknown(long id, Call<?, T> call, Runnable known, Supplier<T> unknown) {
        Unknown waiting = new Unknown(call.reply, services.nanoClock.getAsLong() + PEER_PATIENCE_NANOS);
        if (call.origin == Origin.PEER) {
            unknowns.add(waiting);
        }
        services.proposals.awaitLinearizable(new Reply<>() {

            @Override
            public void accept(Long index) {
                if (!waiting.end()) {
                    return;
                }
                if (retired || book.table().find(id) != LeaseTable.NONE) {
                    known.run();
                } else {
                    call.reply.accept(unknown.get());
                }
            }

            @Override
            public void refuse(Refusal refusal) {
                if (waiting.end()) {
                    call.reply.refuse(refusal);
                }
            }
        });
    }

    /** Tells members that asked for a lease which is not here, and not soon enough in what is applied, to ask again. Apply loop. */
    void tick(long nowNanos) {
        while (!unknowns.isEmpty() && (unknowns.peek().ended.get() || nowNanos - unknowns.peek().deadlineNanos >= 0)) {
            Unknown waiting = unknowns.poll();
            if (waiting.end()) {
                waiting.reply.refuse(Refusals.REQUEST_TIMED_OUT_WAITING_FOR_THE_APPLIED_INDEX_TOOK_TOO_LONG);
            }
        }
    }

    /** A question about a lease that is not here, while it waits for what is committed. A refusal may come from any thread. */
    private static final class Unknown {
        final Reply<?> reply;
        final long deadlineNanos;
        final AtomicBoolean ended = new AtomicBoolean();

        Unknown(Reply<?> reply, long deadlineNanos) {
            this.reply = reply;
            this.deadlineNanos = deadlineNanos;
        }

        /** True for the one that may answer. */
        boolean end() {
            return ended.compareAndSet(false, true);
        }
    }

    @Override
    public void leases(CallContext context, Reply<LeaseLeasesResponse> reply) {
        onApplyLoop(() -> list(context, reply), reply);
    }

    private void list(CallContext context, Reply<LeaseLeasesResponse> reply) {
        if (retired) {
            services.slot.leases(context, reply);
            return;
        }
        if (ports.isEmpty()) {
            waitForState(() -> list(context, reply), reply);
            return;
        }
        List<Ending> endings = new ArrayList<>(book.table().size());
        long nowNanos = services.nanoClock.getAsLong();
        book.forEach(place -> endings.add(new Ending(book.table().id(place),
                book.leads() ? book.table().expiryNanos(place) - nowNanos : 0)));
        ResponseHeader now = header();
        if (!services.workers.execute(() -> reply.accept(leases(endings, now)))) {
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
        }
    }

    private record Ending(long id, long inNanos) {
    }

    private static LeaseLeasesResponse leases(List<Ending> endings, ResponseHeader header) {
        endings.sort(Comparator.comparingLong(Ending::inNanos).thenComparingLong(Ending::id));
        LeaseLeasesResponse.Builder response = LeaseLeasesResponse.newBuilder().setHeader(header);
        endings.forEach(ending -> response.addLeases(LeaseStatus.newBuilder().setID(ending.id)));
        return response.build();
    }

    private void onApplyLoop(Runnable work, Reply<?> reply) {
        if (!services.proposals.onApplyLoop(work)) {
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
        }
    }

    private void waitForState(Runnable call, Reply<?> reply) {
        if (early.size() == MOST_EARLY) {
            reply.refuse(Refusals.TOO_MANY_REQUESTS);
        } else {
            early.add(call);
        }
    }

    /** Ten thousand keep-alives of a quiet second share one header. */
    private ResponseHeader header() {
        long revision = ports.orElseThrow().keyspace().revision();
        if (headerIsOld || header.getRevision() != revision) {
            header = services.proposals.header(revision);
            headerIsOld = false;
        }
        return header;
    }

    private long newLeaseId() {
        long id = 0;
        while (id == 0) {
            id = services.proposals.nextId() & Long.MAX_VALUE;
        }
        return id;
    }

    private static LeaseKeepAliveResponse keepAliveResponse(ResponseHeader header, long id, long ttlSeconds) {
        return LeaseKeepAliveResponse.newBuilder().setHeader(header).setID(id).setTTL(ttlSeconds).build();
    }
}
