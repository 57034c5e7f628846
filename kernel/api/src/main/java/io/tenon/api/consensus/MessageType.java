package io.tenon.api.consensus;

/** What members say to each other; {@link #number()} is raftpb's. Local inputs of the core are no messages and have no place here. */
public enum MessageType {
    PROPOSE(2), APPEND(3), APPEND_RESPONSE(4), VOTE(5), VOTE_RESPONSE(6), SNAPSHOT(7), HEARTBEAT(8), HEARTBEAT_RESPONSE(9),
    TRANSFER_LEADER(13), TIMEOUT_NOW(14), READ_INDEX(15), READ_INDEX_RESPONSE(16), PRE_VOTE(17), PRE_VOTE_RESPONSE(18);

    private final int number;

    MessageType(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
