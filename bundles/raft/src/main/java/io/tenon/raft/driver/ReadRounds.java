package io.tenon.raft.driver;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.ReadIndexReply;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.Outbox.ReadState;
import io.tenon.raft.core.RaftCore;
import io.tenon.raft.core.StepResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups read requests: all that wait together are one request to the core. Owned by the raft loop. */
final class ReadRounds {
    /** Rounds that may wait for their answer: each costs the leader a heartbeat to everyone. With two, one is always under way. */
    static final int MOST_ROUNDS = 2;
    private static final int ID_BITS = 48;

    private record Round(List<ReadIndexReply> replies, long startedTick, long term, long leader) {
    }

    private final RaftCore core;
    private final int patienceTicks;
    /** Oldest first; the key is the request's context. */
    private final Map<ByteString, Round> rounds = new LinkedHashMap<>();
    private List<ReadIndexReply> gathered = new ArrayList<>();
    /** Contexts of different members must differ: the leader knows its rounds by them. */
    private long nextId;
    private long tick;

    /** @param patienceTicks after which a round is given up: the leader it went to may be gone */
    ReadRounds(RaftCore core, long memberId, long seed, int patienceTicks) {
        this.core = core;
        this.patienceTicks = patienceTicks;
        nextId = memberId << ID_BITS | seed >>> (Long.SIZE - ID_BITS);
    }

    /** False while as many rounds as allowed wait for their answer; they are given up in time. */
    boolean hasRoom() {
        return rounds.size() < MOST_ROUNDS;
    }

    void gather(ReadIndexReply reply) {
        gathered.add(reply);
    }

    /** Begins one round for all that were gathered. */
    void begin() {
        if (gathered.isEmpty()) {
            return;
        }
        List<ReadIndexReply> replies = gathered;
        gathered = new ArrayList<>();
        ByteString context = ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, nextId++));
        if (core.step(new Input.ReadIndex(context)) == StepResult.TAKEN) {
            ConsensusStatus now = core.status();
            rounds.put(context, new Round(replies, tick, now.term(), now.leader()));
        } else {
            replies.forEach(ReadIndexReply::failed);
        }
    }

    void answered(ReadState state) {
        Round round = rounds.remove(state.context());
        if (round != null) {
            round.replies().forEach(reply -> reply.confirmed(state.index()));
        }
    }

    void tick() {
        tick++;
        for (Iterator<Round> oldestFirst = rounds.values().iterator(); oldestFirst.hasNext(); ) {
            Round round = oldestFirst.next();
            if (tick - round.startedTick() < patienceTicks) {
                return;
            }
            oldestFirst.remove();
            round.replies().forEach(ReadIndexReply::failed);
        }
    }

    /** Fails the rounds of another term or leader: nobody will answer them any more. */
    void follow(ConsensusStatus now) {
        for (Iterator<Round> each = rounds.values().iterator(); each.hasNext(); ) {
            Round round = each.next();
            if (round.term() != now.term() || round.leader() != now.leader()) {
                each.remove();
                round.replies().forEach(ReadIndexReply::failed);
            }
        }
    }

    void failAll() {
        rounds.values().forEach(round -> round.replies().forEach(ReadIndexReply::failed));
        rounds.clear();
    }
}
