package io.tenon.raft.core;

import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;

/** What a follower does with a leader's appends, heartbeats and snapshots. */
final class Acceptor {
    private final Member member;

    Acceptor(Member member) {
        this.member = member;
    }

    void receive(Message message) {
        switch (message.type()) {
            case APPEND -> append(message);
            case HEARTBEAT -> heartbeat(message);
            case SNAPSHOT -> snapshot(message);
            default -> throw new IllegalStateException(message.type() + " is not a leader's message");
        }
    }

    private void append(Message message) {
        RaftLog log = member.log();
        if (message.index() < log.commit()) {
            // What is committed agrees with every leader; say how far, so that it need not be sent again.
            accepted(message, log.commit());
        } else if (log.matches(message.index(), message.logTerm())) {
            accepted(message, log.accept(message));
        } else {
            LogMark hint = log.lastNotAbove(Math.min(message.index(), log.lastIndex()), message.logTerm());
            member.out().appendRefused(message.from(), member.term(), message.index(), hint);
        }
    }

    private void heartbeat(Message message) {
        member.log().commitTo(message.commit());
        member.out().heartbeatResponse(message.from(), member.term(), message.context());
    }

    private void snapshot(Message message) {
        if (restores(message.snapshot())) {
            accepted(message, member.log().lastIndex());
        } else {
            accepted(message, member.log().commit());
        }
    }

    /** True when the snapshot took the log's place; otherwise the log was good enough, or the snapshot is not for this member. */
    private boolean restores(Snapshot snapshot) {
        RaftLog log = member.log();
        if (snapshot.index() <= log.commit() || !isFor(snapshot)) {
            return false;
        }
        if (log.matches(snapshot.index(), snapshot.term())) {
            log.commitTo(snapshot.index());
            return false;
        }
        member.restore(snapshot);
        return true;
    }

    private boolean isFor(Snapshot snapshot) {
        var state = snapshot.confState();
        return state.voters().contains(member.id()) || state.learners().contains(member.id())
                || state.votersOutgoing().contains(member.id());
    }

    private void accepted(Message message, long index) {
        member.out().appendAccepted(message.from(), member.term(), index);
    }
}
