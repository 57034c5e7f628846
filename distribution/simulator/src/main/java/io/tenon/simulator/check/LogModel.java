package io.tenon.simulator.check;

import io.tenon.api.consensus.Entry;
import java.util.Arrays;

/** A member's log as terms and fingerprints. Holds {@code (base, last]}. */
public final class LogModel {
    private long base;
    private long baseTerm;
    private int size;
    private long[] terms = new long[64];
    private int[] prints = new int[64];

    public static int print(Entry entry) {
        return entry.data().hashCode() * 31 + entry.type().number();
    }

    public long base() {
        return base;
    }

    public long last() {
        return base + size;
    }

    public long lastTerm() {
        return size == 0 ? baseTerm : terms[size - 1];
    }

    /** True for entries it has, and for all that a snapshot stands for. */
    public boolean holds(long index, long term) {
        return index <= base || index <= last() && term(index) == term;
    }

    /** Term of an entry, or of the place before the first. */
    public long term(long index) {
        return index == base ? baseTerm : terms[(int) (index - base - 1)];
    }

    public int print(long index) {
        return prints[(int) (index - base - 1)];
    }

    /** Puts an entry in its place; it and all after it are replaced. */
    public void put(Entry entry) {
        int place = (int) (entry.index() - base - 1);
        if (place < 0 || place > size) {
            throw new IllegalStateException("entry " + entry.index() + " in a log that holds (" + base + ", " + last() + "]");
        }
        if (place == terms.length) {
            terms = Arrays.copyOf(terms, place * 2);
            prints = Arrays.copyOf(prints, place * 2);
        }
        terms[place] = entry.term();
        prints[place] = print(entry);
        size = place + 1;
    }

    /** A snapshot takes the place of everything up to it; what comes after goes too, unless it follows from it. */
    public void restore(long index, long term) {
        if (index <= base) {
            return;
        }
        if (index <= last() && term(index) == term) {
            int dropped = (int) (index - base);
            System.arraycopy(terms, dropped, terms, 0, size - dropped);
            System.arraycopy(prints, dropped, prints, 0, size - dropped);
            size -= dropped;
        } else {
            size = 0;
        }
        base = index;
        baseTerm = term;
    }

    public LogModel copy() {
        LogModel copy = new LogModel();
        copy.base = base;
        copy.baseTerm = baseTerm;
        copy.size = size;
        copy.terms = terms.clone();
        copy.prints = prints.clone();
        return copy;
    }
}
