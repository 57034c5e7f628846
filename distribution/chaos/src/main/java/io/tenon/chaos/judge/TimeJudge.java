package io.tenon.chaos.judge;

import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.Note;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import io.tenon.chaos.history.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Revisions follow real time: what was known before a call began binds its answer. */
final class TimeJudge {
    private final Evidence evidence;
    private final Ledger ledger;
    private final List<Complaint> complaints = new ArrayList<>();

    /** From this moment on everybody may know that a revision exists. */
    private record Proof(long nanos, long revision, Object by) {
    }

    /** An action that began at this moment ended up at this revision. */
    private record Claim(Operation operation, long revision, Bound bound) {
    }

    /** How a revision stands to those that were known. */
    private enum Bound {
        AFTER,
        NOT_BEFORE
    }

    TimeJudge(Evidence evidence, Ledger ledger) {
        this.evidence = evidence;
        this.ledger = ledger;
    }

    List<Complaint> judge() {
        List<Proof> proofs = proofs();
        proofs.sort(Comparator.comparingLong(Proof::nanos));
        List<Claim> claims = claims();
        claims.sort(Comparator.comparingLong(claim -> claim.operation.fromNanos()));
        int next = 0;
        Proof highest = new Proof(Long.MIN_VALUE, evidence.base(), "the beginning");
        for (Claim claim : claims) {
            while (next < proofs.size() && proofs.get(next).nanos < claim.operation.fromNanos()) {
                highest = proofs.get(next).revision > highest.revision ? proofs.get(next) : highest;
                next++;
            }
            check(claim, highest);
        }
        return complaints;
    }

    private void check(Claim claim, Proof highest) {
        switch (claim.bound) {
            case AFTER -> {
                if (claim.revision <= highest.revision) {
                    complaints.add(new Complaint(Complaint.Kind.WRONG_ORDER, claim.operation + " wrote revision " + claim.revision
                            + " although " + highest.revision + " was known before, by " + highest.by));
                }
            }
            case NOT_BEFORE -> {
                if (claim.revision < highest.revision) {
                    complaints.add(new Complaint(Complaint.Kind.STALE_READ, claim.operation + " although " + highest.revision
                            + " was known before, by " + highest.by));
                }
            }
        }
    }

    private List<Proof> proofs() {
        List<Proof> proofs = new ArrayList<>();
        for (Operation operation : evidence.operations()) {
            operation.revision().ifPresent(revision -> proofs.add(new Proof(operation.toNanos(), revision, operation)));
        }
        evidence.watchers().forEach(watched -> watched.notes().forEach(note -> {
            if (note instanceof Note.Change change) {
                proofs.add(new Proof(change.seenNanos(), change.revision(), change));
            }
        }));
        return proofs;
    }

    private List<Claim> claims() {
        Map<String, Long> appeared = new HashMap<>();
        ledger.changes().forEach(change -> change.row().map(Row::value).ifPresent(value -> appeared.putIfAbsent(value, change.revision())));
        List<Claim> claims = new ArrayList<>();
        for (Operation operation : evidence.operations()) {
            if (operation.revision().isPresent() && !(operation.action() instanceof Action.GetLocal)) {
                claims.add(new Claim(operation, operation.revision().getAsLong(), operation.changed() ? Bound.AFTER : Bound.NOT_BEFORE));
            } else if (operation.outcome() instanceof Outcome.Unknown) {
                Action.written(operation.action()).filter(appeared::containsKey)
                        .ifPresent(value -> claims.add(new Claim(operation, appeared.get(value), Bound.AFTER)));
            }
        }
        return claims;
    }
}
