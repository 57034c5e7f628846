package io.tenon.raft.core;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The replicated log as the core sees it: a window in memory over a longer log on disk, and how far each stage of an entry's life has come.
 *
 * <p>{@code first - 1 <= window.base <= commit}, {@code applied <= applying <= commit <= last} and {@code durable <= taken <= last}.
 */
final class RaftLog {
    /** The term of an entry that is not in memory, or not in the log. */
    static final long UNKNOWN_TERM = -1;

    private final EntryWindow window;
    private final long mostApplyingBytes;
    private final HandOut mode;
    private final ArrayDeque<HandedOut> handedOut = new ArrayDeque<>();
    /** Indexes of configuration changes after {@code applied}; those that are not loaded yet are not in it. */
    private final TreeSet<Long> confChanges = new TreeSet<>();
    private long first;
    private long commit;
    private long applied;
    private long applying;
    private long taken;
    private long durable;
    private long applyingBytes;
    /** Set when more is out than may be, or when more was there than fitted: nothing is handed out before something was applied. */
    private boolean applyingPaused;
    private List<Entry> loadedPage = List.of();
    /** The page that is being loaded; an answer to any other is late. */
    private Optional<Outbox.Load> awaited = Optional.empty();
    private Optional<Snapshot> restoring = Optional.empty();
    private boolean restoringTaken;

    /** Which committed entries may be handed out. */
    enum HandOut { DURABLE_ONLY, ANY_COMMITTED }

    private record HandedOut(long lastIndex, long encodedBytes, long payloadBytes) {
    }

    RaftLog(CoreStart start, long mostApplyingBytes, HandOut mode) {
        this.mostApplyingBytes = mostApplyingBytes;
        this.mode = mode;
        window = new EntryWindow(start.base());
        first = start.firstIndex();
        start.tail().forEach(this::append);
        commit = start.hardState().commit();
        applied = start.applied();
        applying = applied;
        durable = window.last();
        taken = window.last();
        if (window.base() > commit || commit > window.last() || applied > commit || first > window.base() + 1) {
            throw new IllegalStateException("log from " + first + ", in memory after " + window.base() + ", last " + window.last()
                    + " does not fit commit " + commit + " and applied " + applied);
        }
    }

    long firstIndex() {
        return first;
    }

    long lastIndex() {
        return window.last();
    }

    long lastTerm() {
        return window.term(window.last());
    }

    long commit() {
        return commit;
    }

    long applied() {
        return applied;
    }

    /** Entries up to this place are not in memory. */
    long base() {
        return window.base();
    }

    /** The term at an index, {@link #UNKNOWN_TERM} when it is not in memory. */
    long term(long index) {
        return index == window.base() || window.contains(index) ? window.term(index) : UNKNOWN_TERM;
    }

    boolean matches(long index, long term) {
        return term(index) == term;
    }

    /** True when a log that ends at this place holds everything that this one could have committed (paper section 5.4.1). */
    boolean isUpToDate(long otherLastIndex, long otherLastTerm) {
        return otherLastTerm > lastTerm() || (otherLastTerm == lastTerm() && otherLastIndex >= lastIndex());
    }

    /** Entries from {@code from} on, as many as fit, at least one when there is one; {@code from} is in memory. */
    List<Entry> slice(long from, long mostBytes) {
        return from > lastIndex() ? List.of() : window.slice(from, lastIndex() + 1, mostBytes);
    }

    /** Appends an entry of this member's own making. */
    void append(Entry entry) {
        window.append(entry);
        if (entry.type() != EntryType.NORMAL) {
            confChanges.add(entry.index());
        }
    }

    /**
     * Takes a leader's entries whose predecessor matches: what is there already stays, what differs is replaced with all after it.
     *
     * @return the last index that now agrees with the leader
     */
    long accept(Message append) {
        List<Entry> entries = append.entries();
        int known = 0;
        while (known < entries.size() && matches(entries.get(known).index(), entries.get(known).term())) {
            known++;
        }
        if (known < entries.size()) {
            replaceFrom(entries.get(known));
            entries.subList(known, entries.size()).forEach(this::append);
        }
        long agreed = append.index() + entries.size();
        commitTo(Math.min(append.commit(), agreed));
        return agreed;
    }

    private void replaceFrom(Entry conflicting) {
        long index = conflicting.index();
        if (index <= commit) {
            throw new IllegalStateException("entry " + conflicting.term() + "/" + index + " conflicts with committed entry "
                    + term(index) + "/" + index + ", commit " + commit);
        }
        if (index <= lastIndex()) {
            window.truncateAfter(index - 1);
            confChanges.tailSet(index, true).clear();
            durable = Math.min(durable, index - 1);
            taken = Math.min(taken, index - 1);
        }
    }

    /**
     * Goes back from an index to the first one whose term is not above {@code term}: entries of higher terms cannot agree with a log that
     * has {@code term} there. One round trip a term instead of one an entry (paper section 5.3).
     */
    LogMark lastNotAbove(long index, long term) {
        for (long at = index; at > 0; at--) {
            long own = term(at);
            if (own == UNKNOWN_TERM) {
                return new LogMark(0, at);
            }
            if (own <= term) {
                return new LogMark(own, at);
            }
        }
        return LogMark.ZERO;
    }

    void commitTo(long index) {
        if (index > lastIndex()) {
            throw new IllegalStateException("commit " + index + " beyond last " + lastIndex() + ", commit so far " + commit);
        }
        commit = Math.max(commit, index);
    }

    /** Takes the entries that were not yet taken to be stored. */
    List<Entry> takeUnstored() {
        if (taken == lastIndex()) {
            return List.of();
        }
        List<Entry> entries = window.slice(taken + 1, lastIndex() + 1, Long.MAX_VALUE);
        taken = lastIndex();
        return entries;
    }

    boolean hasUnstored() {
        return taken < lastIndex();
    }

    /** The place up to which the log is durable once everything taken so far is; zero when it is durable already. */
    LogMark unstableEnd() {
        return durable == lastIndex() ? LogMark.ZERO : new LogMark(lastTerm(), lastIndex());
    }

    void durable(LogMark mark) {
        if (mark.index() > durable && window.contains(mark.index()) && window.term(mark.index()) == mark.term()) {
            if (mark.index() > taken) {
                throw new IllegalStateException("entry " + mark.index() + " durable, but only " + taken + " was taken to be stored");
            }
            durable = mark.index();
        }
    }

    private long mostAppliable() {
        return mode == HandOut.DURABLE_ONLY ? Math.min(commit, durable) : commit;
    }

    boolean hasCommitted() {
        if (applyingPaused || restoring.isPresent()) {
            return false;
        }
        return !loadedPage.isEmpty() || (applying >= window.base() && applying < mostAppliable());
    }

    /** Takes the next committed entries, as many as may be out. */
    List<Entry> takeCommitted() {
        if (!hasCommitted()) {
            return List.of();
        }
        List<Entry> entries = loadedPage;
        loadedPage = List.of();
        boolean fromDisk = !entries.isEmpty();
        if (!fromDisk) {
            entries = window.slice(applying + 1, mostAppliable() + 1, mostApplyingBytes - applyingBytes);
        }
        handOut(entries);
        // A page from the disk is short because pages are; it is no sign that the state machine is behind.
        applyingPaused |= !fromDisk && applying < mostAppliable();
        return entries;
    }

    private void handOut(List<Entry> entries) {
        long encoded = 0;
        for (int i = 0; i < entries.size(); i++) {
            encoded += EntrySize.encodedBytes(entries.get(i));
        }
        applying = entries.getLast().index();
        handedOut.add(new HandedOut(applying, encoded, EntrySize.payloadBytes(entries)));
        applyingBytes += encoded;
        applyingPaused = applyingBytes >= mostApplyingBytes;
    }

    /** Asks for the next page of committed entries when they are not in memory. */
    Optional<Outbox.Load> takeLoad(long pageBytes) {
        if (!needsLoad()) {
            return Optional.empty();
        }
        awaited = Optional.of(new Outbox.Load(0, applying + 1, Math.min(window.base(), mostAppliable()) + 1, pageBytes));
        return awaited;
    }

    boolean needsLoad() {
        return awaited.isEmpty() && loadedPage.isEmpty() && !applyingPaused && restoring.isEmpty() && applying < Math.min(window.base(), mostAppliable());
    }

    void loaded(Outbox.Load request, List<Entry> entries) {
        if (!awaited.equals(Optional.of(request))) {
            return;
        }
        awaited = Optional.empty();
        if (entries.isEmpty() || entries.getFirst().index() != applying + 1) {
            throw new IllegalStateException("committed entry " + (applying + 1) + " cannot be had from the log, first " + first);
        }
        loadedPage = entries;
        for (Entry entry : entries) {
            if (entry.type() != EntryType.NORMAL) {
                confChanges.add(entry.index());
            }
        }
    }

    /** Notes what the state machine has applied and returns the payload bytes that this frees. */
    long appliedTo(long index) {
        if (index < applied || index > Math.max(commit, applied)) {
            throw new IllegalStateException("applied " + index + " outside of [" + applied + ", " + commit + "]");
        }
        applied = index;
        applying = Math.max(applying, index);
        if (!confChanges.isEmpty()) {
            confChanges.headSet(index, true).clear();
        }
        long payload = 0;
        while (!handedOut.isEmpty() && handedOut.peek().lastIndex() <= index) {
            HandedOut batch = handedOut.poll();
            applyingBytes -= batch.encodedBytes();
            payload += batch.payloadBytes();
        }
        applyingPaused = applyingBytes >= mostApplyingBytes;
        return payload;
    }

    /** True when a configuration change may be committed and not yet applied here: who may vote is then not known. */
    boolean hasUnappliedConfChange() {
        long seen = loadedPage.isEmpty() ? applying : loadedPage.getLast().index();
        return seen < window.base() || (!confChanges.isEmpty() && confChanges.first() <= commit);
    }

    /** Forgets committed entries that everyone here is done with, as long as more than {@code mostBytes} are kept. */
    void trim(long mostBytes) {
        window.shrink(Math.min(Math.min(applying, durable), commit), mostBytes);
    }

    /** Notes that entries up to here are gone for good. */
    void compactedTo(long index) {
        if (index > applied) {
            throw new IllegalStateException("log compacted to " + index + " beyond applied " + applied);
        }
        first = Math.max(first, index + 1);
        if (index > window.base()) {
            window.dropUpTo(index);
        }
    }

    /** Replaces the whole log by a snapshot; nothing is handed out before it is durable and applied. */
    void restore(Snapshot snapshot) {
        window.restart(new LogMark(snapshot.term(), snapshot.index()));
        confChanges.clear();
        first = snapshot.index() + 1;
        commit = snapshot.index();
        durable = snapshot.index();
        taken = snapshot.index();
        loadedPage = List.of();
        awaited = Optional.empty();
        restoring = Optional.of(snapshot);
        restoringTaken = false;
    }

    Optional<Snapshot> restoring() {
        return restoring;
    }

    boolean hasUnstoredSnapshot() {
        return restoring.isPresent() && !restoringTaken;
    }

    Optional<Snapshot> takeSnapshot() {
        if (!hasUnstoredSnapshot()) {
            return Optional.empty();
        }
        restoringTaken = true;
        return restoring;
    }

    /** The snapshot is durable and handed to the state machine. */
    void restored(long index) {
        if (restoring.isPresent() && restoring.get().index() == index) {
            restoring = Optional.empty();
        }
    }
}
