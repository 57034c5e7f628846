package io.tenon.lease;

import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.proposal.Proposals;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.LeaseCheckpoint;
import io.tenon.wire.etcdserverpb.LeaseCheckpointRequest;
import io.tenon.wire.etcdserverpb.LeaseCheckpointResponse;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeResponse;
import io.tenon.wire.etcdserverpb.RequestHeader;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader does with leases as time passes: it revokes, through the log, those that ended, and logs what remains of long ones.
 * Apply loop; answers come back on it.
 */
final class Leader {
    private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** Leases that may be found expired in one look, and that may wait for their revocation. */
    private static final int MOST_EXPIRED = 500;
    private static final int MOST_LOOKS = 16_000;
    /** Revocations that are on their way through the log at once. */
    private static final int MOST_IN_FLIGHT = 16;
    private static final int CHECKPOINTS_PER_ENTRY = 1000;
    private static final LeaseBook.Limits LIMITS = new LeaseBook.Limits(MOST_EXPIRED, MOST_LOOKS);

    private final LeaseBook book;
    private final Proposals proposals;
    private final Supplier<RequestHeader> asRoot;
    /** Leases that ended; at most {@link #MOST_EXPIRED}, because nobody looks for more before they are gone. */
    private final ArrayDeque<Long> expired = new ArrayDeque<>();
    private LeaseCheckpointRequest.Builder checkpoints = LeaseCheckpointRequest.newBuilder();
    private int inFlight;
    private boolean confirming;
    private boolean sending;
    /** Answers to what an earlier leadership proposed say nothing about this one. */
    private int leadership;
    private long lookAtNanos;
    private long nowNanos;

    /** @param asRoot the header for what needs permissions */
    Leader(LeaseBook book, Proposals proposals, Supplier<RequestHeader> asRoot) {
        this.asRoot = asRoot;
        this.book = book;
        this.proposals = proposals;
    }

    /** Leadership began, ended or was taken over from another version of the bundle: nothing is under way. */
    void changed(long atNanos) {
        leadership++;
        expired.clear();
        inFlight = 0;
        confirming = false;
        lookAtNanos = atNanos;
        nowNanos = atNanos;
    }

    void tick(long atNanos) {
        nowNanos = atNanos;
        if (!book.leads() || nowNanos - lookAtNanos < 0 || !expired.isEmpty()) {
            return;
        }
        boolean all = book.look(nowNanos, LIMITS, new Found());
        proposeCheckpoints();
        boolean foundMost = expired.size() >= MOST_EXPIRED;
        // What was cut short by the number of looks alone goes on at the next tick.
        lookAtNanos = all || foundMost ? nowNanos + LOOK_NANOS : nowNanos;
        if (!expired.isEmpty()) {
            confirm();
        }
    }

    /** Receives what is due in a look. */
    private final class Found implements LeaseBook.Due {

        @Override
        public void expired(int place) {
            expired.add(book.table().id(place));
        }

        @Override
        public void checkpoint(int place) {
            long remainingSeconds = book.remainingSecondsUp(place, nowNanos);
            if (remainingSeconds < book.table().ttlSeconds(place)) {
                checkpoints.addCheckpoints(LeaseCheckpoint.newBuilder().setID(book.table().id(place)).setRemainingTTL(remainingSeconds));
            }
            if (checkpoints.getCheckpointsCount() == CHECKPOINTS_PER_ENTRY) {
                proposeCheckpoints();
            }
        }
    }

    private void proposeCheckpoints() {
        if (checkpoints.getCheckpointsCount() == 0) {
            return;
        }
        LeaseCheckpointRequest request = checkpoints.build();
        checkpoints = LeaseCheckpointRequest.newBuilder();
        proposals.proposeWhileLeading(InternalRaftRequest.newBuilder().setLeaseCheckpoint(request).build(), new Reply<LeaseCheckpointResponse>() {

            @Override
            public void accept(LeaseCheckpointResponse answer) {
                // Applied: nothing is left to do.
            }

            @Override
            public void refuse(Refusal refusal) {
                LOG.warn("lease checkpoints refused, next after the interval leases={} reason=\"{}\"", request.getCheckpointsCount(),
                        refusal.text());
            }
        });
    }

    /** A leader that was deposed and does not know it must not revoke: whoever leads now counts anew. */
    private void confirm() {
        if (confirming) {
            return;
        }
        confirming = true;
        proposals.awaitLinearizable(new Answer<Long>() {

            @Override
            void answered() {
                confirming = false;
                send();
            }

            @Override
            void refused(Refusal refusal) {
                confirming = false;
                LOG.warn("expired leases not revoked, leadership not confirmed leases={} reason=\"{}\"", expired.size(), refusal.text());
                for (Long id = expired.poll(); id != null; id = expired.poll()) {
                    book.retry(id, nowNanos + RETRY_NANOS);
                }
            }
        });
    }

    /** An answer may come before the proposal returns; the loop, not the recursion, takes the next lease then. */
    private void send() {
        if (sending) {
            return;
        }
        sending = true;
        while (inFlight < MOST_IN_FLIGHT && !expired.isEmpty()) {
            inFlight++;
            revoke(expired.poll());
        }
        sending = false;
    }

    private void revoke(long id) {
        InternalRaftRequest.Builder request = InternalRaftRequest.newBuilder().setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(id));
        RequestHeader root = asRoot.get();
        if (!root.getUsername().isEmpty()) {
            request.setHeader(root);
        }
        proposals.proposeWhileLeading(request.build(), new Answer<LeaseRevokeResponse>() {

            @Override
            void answered() {
                inFlight--;
                send();
            }

            @Override
            void refused(Refusal refusal) {
                inFlight--;
                if (!refusal.equals(Refusals.LEASE_NOT_FOUND)) {
                    LOG.warn("expired lease not revoked, will try again lease={} reason=\"{}\"", Long.toHexString(id), refusal.text());
                    book.retry(id, nowNanos + RETRY_NANOS);
                }
                send();
            }
        });
    }

    /** An answer that counts only while the leadership lasts in which it was asked for. */
    private abstract class Answer<T> implements Reply<T> {
        private final int askedIn = leadership;

        abstract void answered();

        abstract void refused(Refusal refusal);

        @Override
        public final void accept(T answer) {
            if (askedIn == leadership) {
                answered();
            }
        }

        @Override
        public final void refuse(Refusal refusal) {
            if (askedIn == leadership) {
                refused(refusal);
            }
        }
    }
}
