package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.progress.Inflights;
import io.tenon.raft.progress.Progress;
import io.tenon.raft.progress.ProgressMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A leader's sending: appends, heartbeats and snapshots, as the progress of each member allows. */
final class Replicator {
    private final Member member;
    /** Peers whose next entries are being loaded. */
    private final Set<Long> loading = new HashSet<>();
    private ProgressMap peers = ProgressMap.empty();

    /** When an append without entries is worth sending. */
    enum Empty { SEND, SKIP }

    Replicator(Member member) {
        this.member = member;
        long last = member.log().lastIndex();
        peers = peers.with(member.configuration().members(), Set.of(),
                id -> new Progress(id == member.id() ? last : 0, last + 1, emptyWindow()));
        peers.find(member.id()).ifPresent(own -> {
            own.becomeReplicating();
            own.heardFrom();
        });
    }

    ProgressMap peers() {
        return peers;
    }

    /** Follows a change of the configuration; new members begin behind the log's end and count as live until the next span. */
    void membersChanged(Set<Long> dropped) {
        long next = Math.max(member.log().lastIndex(), 1);
        peers = peers.with(member.configuration().members(), dropped, id -> {
            var progress = new Progress(0, next, emptyWindow());
            progress.heardFrom();
            return progress;
        });
        loading.removeAll(dropped);
    }

    private Inflights emptyWindow() {
        CoreOptions.Limits limits = member.options().limits();
        return new Inflights(limits.inflightMessages(), limits.inflightBytes());
    }

    long quorumMatch() {
        return member.configuration().voters().committedIndex(peers::match);
    }

    /** Sends everyone what they lack, or an empty append that tells the commit index. */
    void broadcast() {
        peers.forEachBut(member.id(), (id, progress) -> trySend(id, progress, Empty.SEND));
    }

    /** Sends entries to everyone who lacks some. */
    void broadcastEntries() {
        peers.forEachBut(member.id(), (id, progress) -> trySend(id, progress, Empty.SKIP));
    }

    void send(long to, Progress progress) {
        trySend(to, progress, Empty.SEND);
    }

    /** Sends appends with entries as long as there are some and the window is open. */
    void sendAll(long to, Progress progress) {
        boolean sent = true;
        while (sent) {
            sent = trySend(to, progress, Empty.SKIP);
        }
    }

    private boolean trySend(long to, Progress progress, Empty empty) {
        if (progress.isPaused() || loading.contains(to)) {
            return false;
        }
        RaftLog log = member.log();
        long previous = progress.next() - 1;
        if (previous < log.base()) {
            return sendFromBelow(to, progress);
        }
        List<Entry> entries = progress.mayCarryEntries() ? log.slice(progress.next(), member.options().limits().appendBytes()) : List.of();
        if (entries.isEmpty() && empty == Empty.SKIP) {
            return false;
        }
        append(to, progress, new LogMark(log.term(previous), previous), entries);
        return true;
    }

    private void append(long to, Progress progress, LogMark previous, List<Entry> entries) {
        long commit = member.log().commit();
        member.out().append(to, member.term(), previous, entries, commit);
        progress.sentEntries(entries.size(), EntrySize.payloadBytes(entries));
        progress.sentCommit(commit);
    }

    /** The peer lacks entries that are not in memory: they are loaded, or the peer gets a snapshot when they are gone. */
    private boolean sendFromBelow(long to, Progress progress) {
        RaftLog log = member.log();
        long previous = progress.next() - 1;
        if (previous < log.firstIndex() && !followsSnapshot(previous)) {
            return sendSnapshot(to, progress);
        }
        // The entry before the first is loaded with the others, for its term, unless that is known.
        long from = followsSnapshot(previous) ? progress.next() : previous;
        load(new Outbox.Load(to, from, log.base() + 1, member.options().limits().appendBytes()));
        return false;
    }

    private void load(Outbox.Load load) {
        loading.add(load.peer());
        member.out().load(load);
    }

    /** True when the log goes on right after the newest snapshot and the peer has come just as far. */
    private boolean followsSnapshot(long previous) {
        return previous == member.newestSnapshot().index() && previous == member.log().firstIndex() - 1;
    }

    /** Entries for a peer came from the log; none when they are gone. */
    void loaded(Outbox.Load request, List<Entry> entries) {
        if (!loading.remove(request.peer())) {
            return;
        }
        peers.find(request.peer()).filter(progress -> !progress.isPaused()).ifPresent(progress -> {
            long previous = progress.next() - 1;
            boolean withPrevious = request.fromIndex() == previous;
            boolean afterSnapshot = request.fromIndex() == progress.next() && followsSnapshot(previous);
            if (!withPrevious && !afterSnapshot) {
                // The peer was heard of meanwhile, and needs something else.
                trySend(request.peer(), progress, Empty.SKIP);
            } else if (entries.isEmpty()) {
                sendSnapshot(request.peer(), progress);
            } else if (withPrevious && entries.size() == 1 && progress.mayCarryEntries() && request.mostBytes() < Long.MAX_VALUE) {
                // The page had no room for the entry that is wanted, only for the one before it: both are wanted, whatever their size.
                load(new Outbox.Load(request.peer(), previous, previous + 2, Long.MAX_VALUE));
            } else if (withPrevious) {
                Entry first = entries.getFirst();
                append(request.peer(), progress, new LogMark(first.term(), first.index()), window(progress, entries.subList(1, entries.size())));
            } else {
                append(request.peer(), progress, new LogMark(member.newestSnapshot().term(), previous), window(progress, entries));
            }
        });
    }

    private static List<Entry> window(Progress progress, List<Entry> entries) {
        return progress.mayCarryEntries() ? List.copyOf(entries) : List.of();
    }

    private boolean sendSnapshot(long to, Progress progress) {
        Snapshot snapshot = member.newestSnapshot();
        // A peer that does not answer could not take it anyway; one that it would not bring further, or from which the log does not go
        // on, would help nobody.
        boolean useful = snapshot.index() > progress.match() && snapshot.index() + 1 >= member.log().firstIndex();
        if (!progress.isRecentlyActive() || !useful) {
            return false;
        }
        progress.becomeSendingSnapshot(snapshot.index());
        member.out().snapshot(to, member.term(), snapshot);
        member.out().trace(new TraceEvent.SnapshotSent(to, snapshot.index()));
        return true;
    }

    /** Tells everyone that the leader lives, and a commit index that is safe for each: none beyond what the peer is known to have. */
    void heartbeat(ByteString context) {
        long commit = member.log().commit();
        peers.forEachBut(member.id(), (id, progress) -> {
            long safe = Math.min(progress.match(), commit);
            member.out().heartbeat(id, member.term(), safe, context);
            progress.sentCommit(safe);
        });
    }
}
