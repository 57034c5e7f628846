package io.tenon.chaos.judge;

import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.LeaseLife;
import io.tenon.chaos.history.Note;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A lease lives at least its whole time from the call of the last renewal that was granted, and its key as long. That keys of leases which
 * nobody renews go in the end is seen from what is left.
 */
final class LeaseJudge {
    /** Servers count in ticks and tell seconds; a deposed leader answers until it knows. */
    private static final long TOLERANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private final Evidence evidence;
    private final List<Complaint> complaints = new ArrayList<>();

    LeaseJudge(Evidence evidence) {
        this.evidence = evidence;
    }

    List<Complaint> judge() {
        Map<String, Long> gone = deletions();
        for (LeaseLife lease : evidence.leases()) {
            if (gone.containsKey(lease.key())) {
                early(lease, gone.get(lease.key()), "its key went");
            }
            lease.lostNanos().ifPresent(nanos -> early(lease, nanos, "it was not found"));
            if (evidence.finish().containsKey(lease.key())) {
                complaints.add(new Complaint(Complaint.Kind.UNENDING_LEASE, "nobody renews " + lease.id() + " and " + lease.key() + " is still there"));
            }
        }
        return complaints;
    }

    /** When the first watcher saw a key go. */
    private Map<String, Long> deletions() {
        Map<String, Long> gone = new HashMap<>();
        evidence.watchers().forEach(watched -> watched.notes().forEach(note -> {
            if (note instanceof Note.Change change && change.row().isEmpty()) {
                gone.merge(change.key(), change.seenNanos(), Math::min);
            }
        }));
        return gone;
    }

    private void early(LeaseLife lease, long nanos, String what) {
        long last = lease.lastBefore(nanos);
        long lived = nanos - last;
        if (lived < lease.ttlNanos() - TOLERANCE_NANOS) {
            complaints.add(new Complaint(Complaint.Kind.LOST_LEASE, String.format("lease %d of %d s: %s %d ms after a renewal that was granted",
                    lease.id(), TimeUnit.NANOSECONDS.toSeconds(lease.ttlNanos()), what, TimeUnit.NANOSECONDS.toMillis(lived))));
        }
    }
}
