package io.tenon.api.consensus;

/** What an edge must know of consensus before it admits a call. Provided by the kernel as a slot; volatile reads, any thread. */
public interface LeaderView {

    /** A leader of the current term is known. */
    boolean hasLeader();

    /** This member has no vote; it serves serializable ranges and its status alone. */
    boolean isLearner();
}
