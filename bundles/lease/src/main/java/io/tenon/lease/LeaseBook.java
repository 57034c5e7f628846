package io.tenon.lease;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * All leases, their keys, and while this member leads their end. Knows neither log nor rows nor clock. Apply loop.
 *
 * <p>While this member leads, each lease has a deadline in {@link Deadlines} that is not after its expiry, or it is being revoked and has
 * none. A renewal only moves the expiry: when the old deadline comes, the lease is put back at the new one. So a renewal costs no search
 * in the heap, and a lease that is renewed in time is looked at once per TTL.
 */
final class LeaseBook {
    /** From so many leases on, a new leader spreads what ends at once. */
    private static final int SPREAD_FROM = 1000;
    /** So many leases may end within a second after it. */
    private static final int ENDS_PER_SECOND = 750;
    /** Bits of a place in a number that is sorted; the TTL has the 34 above them. */
    private static final int PLACE_BITS = 29;

    private final LeaseTerms terms;
    private LeaseTable table = new LeaseTable();
    private Attachments attachments = new Attachments();
    private final Deadlines deadlines = new Deadlines();
    /** By place: when the next checkpoint is due; only kept when checkpoints are on. */
    private long[] checkpointAtNanos = {};
    private boolean leads;

    LeaseBook(LeaseTerms terms) {
        this.terms = terms;
    }

    /** Forgets everything; this member does not lead until it is told so again. */
    void clear() {
        table = new LeaseTable();
        attachments = new Attachments();
        follow();
    }

    LeaseTable table() {
        return table;
    }

    Attachments attachments() {
        return attachments;
    }

    boolean leads() {
        return leads;
    }

    /** Adds a lease. Its TTL was checked against the upper limit; it is raised to the lower one. Returns its place. */
    int grant(long id, long ttlSeconds, long nowNanos) {
        int place = table.add(id, Math.max(ttlSeconds, terms.minTtlSeconds()));
        if (leads) {
            restart(place, nowNanos);
            deadlines.add(place, attentionAt(place));
        }
        return place;
    }

    /** Removes a lease whose keys are gone. */
    void remove(int place) {
        if (attachments.count(place) != 0) {
            throw new IllegalStateException("lease " + table.id(place) + " has " + attachments.count(place) + " keys");
        }
        deadlines.remove(place);
        table.remove(place);
    }

    /** The lease gets its whole TTL again. Only for a lease that can be renewed. */
    void renew(int place, long nowNanos) {
        table.checkpointSeconds(place, 0);
        restart(place, nowNanos);
        // A new leader gave more than the TTL: then a renewal takes from the lease.
        deadlines.notAfter(place, attentionAt(place));
    }

    /** False when the lease has ended or is being revoked: a renewal comes too late. Only while this member leads. */
    boolean canRenew(int place, long nowNanos) {
        return deadlines.contains(place) && table.expiryNanos(place) - nowNanos > 0;
    }

    /** Takes a checkpoint that was logged. */
    void checkpoint(int place, long remainingSeconds) {
        table.checkpointSeconds(place, remainingSeconds);
    }

    /** Every lease gets what is known to remain of it, and the time that the election took. */
    void lead(long nowNanos) {
        leads = true;
        deadlines.clear();
        long[] byRemaining = new long[table.size()];
        int count = 0;
        for (int place = 0; place < table.places(); place++) {
            if (table.isLive(place)) {
                byRemaining[count++] = remainingSeconds(place) << PLACE_BITS | place;
            }
        }
        Arrays.sort(byRemaining);
        boolean spread = count > SPREAD_FROM;
        for (int i = 0; i < count; i++) {
            int place = placeOf(byRemaining[i]);
            long expiry = nowNanos + terms.electionNanos() + remainingSeconds(place) * LeaseTerms.SECOND_NANOS;
            if (spread && i >= ENDS_PER_SECOND) {
                long earliest = table.expiryNanos(placeOf(byRemaining[i - ENDS_PER_SECOND])) + LeaseTerms.SECOND_NANOS;
                expiry = earliest - expiry > 0 ? earliest : expiry;
            }
            setExpiry(place, expiry, nowNanos);
            deadlines.add(place, attentionAt(place));
        }
    }

    /** Leads on from where another version of this bundle stood: with the expiries that are in the table; checkpoints count anew. */
    void leadOn(long nowNanos) {
        leads = true;
        for (int place = 0; place < table.places(); place++) {
            if (table.isLive(place)) {
                setExpiry(place, table.expiryNanos(place), nowNanos);
                deadlines.add(place, attentionAt(place));
            }
        }
    }

    /** Nobody could renew for so long, so every lease gets that time on top. */
    void prolong(long byNanos) {
        for (int place = 0; place < table.places(); place++) {
            if (table.isLive(place)) {
                // Its deadline, which may come before the expiry, puts it back where it belongs.
                table.expiryNanos(place, table.expiryNanos(place) + byNanos);
            }
        }
    }

    /** From now on nothing expires here. */
    void follow() {
        leads = false;
        deadlines.clear();
    }

    /**
     * Hands out leases that ended, at most {@code mostExpired}, and leases whose checkpoint is due; looks at most at {@code mostLooks}
     * leases in all. One that ended has no deadline any more: it is revoked, or put back with {@link #retry}.
     *
     * @return true when everything that was due was looked at
     */
    boolean look(long nowNanos, Limits limits, Due due) {
        int expired = 0;
        for (int looks = 0; deadlines.isDue(nowNanos); looks++) {
            if (expired == limits.mostExpired() || looks == limits.mostLooks()) {
                return false;
            }
            int place = deadlines.poll();
            if (table.expiryNanos(place) - nowNanos <= 0) {
                expired++;
                due.expired(place);
                continue;
            }
            if (terms.checkpoints() && checkpointAtNanos[place] - nowNanos <= 0) {
                due.checkpoint(place);
                checkpointAtNanos[place] = nextCheckpoint(place, nowNanos);
            }
            deadlines.add(place, attentionAt(place));
        }
        return true;
    }

    /** How much one look may do. */
    record Limits(int mostExpired, int mostLooks) {
    }

    /** Receives what is due. */
    interface Due {

        void expired(int place);

        void checkpoint(int place);
    }

    /** A lease that ended could not be revoked: it is handed out again at this time, unless it is gone. */
    void retry(long id, long atNanos) {
        int place = table.find(id);
        if (leads && place != LeaseTable.NONE && !deadlines.contains(place)) {
            deadlines.add(place, atNanos);
        }
    }

    /** What remains of the lease, rounded up to seconds. */
    long remainingSecondsUp(int place, long nowNanos) {
        return Math.ceilDiv(table.expiryNanos(place) - nowNanos, LeaseTerms.SECOND_NANOS);
    }

    void attach(int place, ByteString key) {
        attachments.detach(key);
        attachments.attach(place, key);
    }

    void forEach(IntConsumer visitor) {
        for (int place = 0; place < table.places(); place++) {
            if (table.isLive(place)) {
                visitor.accept(place);
            }
        }
    }

    List<ByteString> keysOf(int place) {
        return List.of(attachments.keysOf(place));
    }

    private static int placeOf(long remainingAndPlace) {
        return (int) (remainingAndPlace & (1L << PLACE_BITS) - 1);
    }

    /** What a member that did not count knows: the last checkpoint, or the whole TTL. */
    private long remainingSeconds(int place) {
        long checkpoint = table.checkpointSeconds(place);
        return checkpoint > 0 ? checkpoint : table.ttlSeconds(place);
    }

    private void restart(int place, long nowNanos) {
        setExpiry(place, nowNanos + table.ttlSeconds(place) * LeaseTerms.SECOND_NANOS, nowNanos);
    }

    private void setExpiry(int place, long expiryNanos, long nowNanos) {
        table.expiryNanos(place, expiryNanos);
        if (terms.checkpoints()) {
            if (place >= checkpointAtNanos.length) {
                checkpointAtNanos = Arrays.copyOf(checkpointAtNanos, Math.max(place + 1, 2 * checkpointAtNanos.length));
            }
            checkpointAtNanos[place] = nextCheckpoint(place, nowNanos);
        }
    }

    /** A lease that ends within an interval needs none any more. */
    private long nextCheckpoint(int place, long nowNanos) {
        long expiry = table.expiryNanos(place);
        return expiry - nowNanos > terms.checkpointIntervalNanos() ? nowNanos + terms.checkpointIntervalNanos() : expiry;
    }

    private long attentionAt(int place) {
        return terms.checkpoints() ? checkpointAtNanos[place] : table.expiryNanos(place);
    }
}
