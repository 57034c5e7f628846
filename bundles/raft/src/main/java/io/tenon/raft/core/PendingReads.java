package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.raft.quorum.Joint;
import io.tenon.raft.quorum.Vote;
import io.tenon.raft.quorum.VoteResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Read requests of a leader (thesis section 6.4): each waits until a quorum has answered a heartbeat that was sent after it, and is then
 * answered with the commit index of the moment it came in. An answer to one request answers all before it.
 */
final class PendingReads {

    /** A read request and who asked. */
    record Request(long origin, ByteString context) {
    }

    /** A request that may be answered now. */
    record Answer(Request request, long index) {
    }

    private record Round(Request request, long commit, Set<Long> acks) {
    }

    /** Requests from before the first entry of this term was committed: until then the commit index may lag behind what was promised. */
    private final List<Request> early = new ArrayList<>();
    private final ArrayDeque<Round> rounds = new ArrayDeque<>();

    void postpone(Request request) {
        early.add(request);
    }

    List<Request> takePostponed() {
        if (early.isEmpty()) {
            return List.of();
        }
        List<Request> requests = List.copyOf(early);
        early.clear();
        return requests;
    }

    /** Begins a round; the leader itself agrees. */
    void begin(Request request, long commit, long self) {
        for (Round round : rounds) {
            if (round.request().context().equals(request.context())) {
                return;
            }
        }
        var acks = new HashSet<Long>();
        acks.add(self);
        rounds.add(new Round(request, commit, acks));
    }

    /** What heartbeats carry: the newest request, whose answer answers all. */
    ByteString newestContext() {
        return rounds.isEmpty() ? ByteString.EMPTY : rounds.getLast().request().context();
    }

    /** Notes that a peer still follows, and returns the requests that this answers. */
    List<Answer> acknowledged(long peer, ByteString context, Joint voters) {
        Optional<Round> acked = find(context);
        if (acked.isEmpty()) {
            return List.of();
        }
        Set<Long> acks = acked.get().acks();
        acks.add(peer);
        if (voters.result(id -> acks.contains(id) ? Vote.YES : Vote.MISSING) != VoteResult.WON) {
            return List.of();
        }
        return takeThrough(acked.get());
    }

    private Optional<Round> find(ByteString context) {
        for (Iterator<Round> newestFirst = rounds.descendingIterator(); newestFirst.hasNext(); ) {
            Round round = newestFirst.next();
            if (round.request().context().equals(context)) {
                return Optional.of(round);
            }
        }
        return Optional.empty();
    }

    private List<Answer> takeThrough(Round last) {
        var answers = new ArrayList<Answer>();
        Round round;
        do {
            round = rounds.remove();
            answers.add(new Answer(round.request(), round.commit()));
        } while (round != last);
        return answers;
    }
}
