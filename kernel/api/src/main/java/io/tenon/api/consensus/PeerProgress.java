package io.tenon.api.consensus;

/**
 * What a leader knows of one member's log; {@code match < next}.
 *
 * @param match everything up to here is known to be durable there
 * @param next  the index that is sent next
 */
public record PeerProgress(long match, long next, State state) {

    /** How entries go to the member. */
    public enum State { PROBING, REPLICATING, SENDING_SNAPSHOT }
}
