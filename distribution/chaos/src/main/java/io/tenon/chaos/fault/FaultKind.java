package io.tenon.chaos.fault;

/** What is done to a cluster. Whom it meets is decided when it is done. */
public enum FaultKind {
    KILL(Company.WELCOME),
    KILL_LEADER(Company.WELCOME),
    KILL_ALL(Company.WELCOME),
    /** SIGTERM. */
    RESTART(Company.WELCOME),
    /** SIGSTOP. */
    PAUSE(Company.WELCOME),
    PAUSE_LEADER(Company.WELCOME),
    /** Stands still again and again for fractions of a second, as a machine with too much to do. */
    STUTTER(Company.WELCOME),
    ISOLATE(Company.WELCOME),
    ISOLATE_LEADER(Company.WELCOME),
    /** Two halves; the leader is in the smaller one. */
    HALVES(Company.WELCOME),
    /** What the leader sends does not arrive. */
    MUTE_LEADER(Company.WELCOME),
    /** What others send the leader does not arrive. */
    DEAF_LEADER(Company.WELCOME),
    /** One member reaches another one no more, but is reached by it. */
    ONE_WAY(Company.WELCOME),
    /** Two sides that only one member sees both of. */
    BRIDGE(Company.WELCOME),
    SLOW_LINKS(Company.WELCOME),
    MOVE_LEADER(Company.WELCOME),
    COMPACT(Company.WELCOME),
    DEFRAGMENT(Company.WELCOME),
    /** The data directory of one member has no room left. */
    FULL_DISK(Company.ALONE),
    /** A member is removed and another one added. */
    CHURN(Company.ALONE);

    private final Company company;

    /** Whether something else may be wrong at the same time. */
    enum Company {
        WELCOME,
        ALONE
    }

    FaultKind(Company company) {
        this.company = company;
    }

    Company company() {
        return company;
    }
}
