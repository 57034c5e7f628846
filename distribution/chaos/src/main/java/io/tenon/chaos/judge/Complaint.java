package io.tenon.chaos.judge;

/** Something that no correct cluster shows its clients. */
public record Complaint(Kind kind, String text) {

    /** What is wrong, as a word for tables. */
    public enum Kind {
        STALE_READ,
        WRONG_READ,
        LOST_WRITE,
        DOUBLED_WRITE,
        PHANTOM_WRITE,
        WRONG_SWAP,
        WRONG_ORDER,
        WATCHERS_DISAGREE,
        MISSING_EVENT,
        REPEATED_EVENT,
        REORDERED_EVENT,
        WRONG_EVENT,
        EARLY_PROGRESS,
        LOST_LEASE,
        UNENDING_LEASE,
        NOT_LINEARIZABLE,
        DIFFERENT_HASHES,
        STUCK,
        CRASHED
    }

    @Override
    public String toString() {
        return kind + ": " + text;
    }
}
