package io.tenon.api.consensus;

/** The answer to a read-index request; called on the raft loop, returns at once. */
public interface ReadIndexReply {

    /** Whoever has applied up to this index sees every write that was acknowledged before the request. */
    void confirmed(long index);

    /** The round failed because the leader changed or is not known; ask again. */
    void failed();
}
