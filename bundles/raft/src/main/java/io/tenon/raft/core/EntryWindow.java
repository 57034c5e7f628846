package io.tenon.raft.core;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.LogMark;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The end of the log, in memory: entries {@code (base, last]} in a ring.
 *
 * <p>Entry i lies at place {@code i & mask}; places outside the window are empty.
 */
final class EntryWindow {
    private static final int FIRST_ROOM = 64;
    /** What an entry takes beyond its payload: the record, the payload's object and header, its place. */
    private static final int OBJECT_BYTES = 88;

    private Entry[] ring = new Entry[FIRST_ROOM];
    private long base;
    private long baseTerm;
    private long last;
    private long bytes;

    EntryWindow(LogMark base) {
        restart(base);
    }

    /** Forgets everything; the next entry is the one after this place. */
    void restart(LogMark newBase) {
        Arrays.fill(ring, null);
        base = newBase.index();
        baseTerm = newBase.term();
        last = base;
        bytes = 0;
    }

    long base() {
        return base;
    }

    long last() {
        return last;
    }

    boolean contains(long index) {
        return index > base && index <= last;
    }

    Entry get(long index) {
        if (!contains(index)) {
            throw new IllegalStateException("entry " + index + " outside of (" + base + ", " + last + "]");
        }
        return ring[place(index)];
    }

    /** Term of an entry in the window or of the place before it. */
    long term(long index) {
        return index == base ? baseTerm : get(index).term();
    }

    void append(Entry entry) {
        if (entry.index() != last + 1 || entry.term() < term(last)) {
            throw new IllegalStateException("entry " + entry.term() + "/" + entry.index() + " after " + term(last) + "/" + last);
        }
        if (last - base == ring.length) {
            grow();
        }
        last++;
        ring[place(last)] = entry;
        bytes += entry.data().size() + OBJECT_BYTES;
    }

    /** Drops the entries after this index. */
    void truncateAfter(long index) {
        while (last > index) {
            clear(last--);
        }
    }

    /** Drops the entries up to this index, which becomes the base. */
    void dropUpTo(long index) {
        baseTerm = term(index);
        while (base < index) {
            clear(++base);
        }
    }

    /** Drops entries up to this index, oldest first, until at most so many bytes are left. */
    void shrink(long limitIndex, long mostBytes) {
        while (base < limitIndex && bytes > mostBytes) {
            baseTerm = get(base + 1).term();
            clear(++base);
        }
    }

    /** Entries {@code [from, to)}, cut so that their encoded size stays within {@code mostBytes} but at least one. */
    List<Entry> slice(long from, long to, long mostBytes) {
        long end = from;
        long size = 0;
        while (end < to) {
            size += EntrySize.encodedBytes(get(end));
            if (size > mostBytes && end > from) {
                break;
            }
            end++;
        }
        return copy(from, end);
    }

    private List<Entry> copy(long from, long to) {
        if (from >= to) {
            return List.of();
        }
        var entries = new Entry[(int) (to - from)];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = ring[place(from + i)];
        }
        return Collections.unmodifiableList(Arrays.asList(entries));
    }

    private void clear(long index) {
        bytes -= ring[place(index)].data().size() + OBJECT_BYTES;
        ring[place(index)] = null;
    }

    private void grow() {
        var larger = new Entry[ring.length * 2];
        for (long index = base + 1; index <= last; index++) {
            larger[(int) index & larger.length - 1] = ring[place(index)];
        }
        ring = larger;
    }

    private int place(long index) {
        return (int) index & ring.length - 1;
    }
}
