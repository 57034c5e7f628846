package io.tenon.auth;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keys that somebody may use, as intervals that neither overlap nor touch, in ascending order. Immutable.
 */
final class Granted {
    /** The end of an interval that has none. */
    private static final ByteString INFINITY = ByteString.EMPTY;
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});
    private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

    private final List<Interval> intervals;

    /** {@code [from, toExclusive)}. */
    private record Interval(ByteString from, ByteString toExclusive) {

        boolean reaches(ByteString key) {
            return toExclusive.isEmpty() || ORDER.compare(toExclusive, key) >= 0;
        }

        boolean contains(Interval other) {
            return ORDER.compare(from, other.from) <= 0
                    && (toExclusive.isEmpty() || !other.toExclusive.isEmpty() && ORDER.compare(toExclusive, other.toExclusive) >= 0);
        }
    }

    private Granted(List<Interval> intervals) {
        this.intervals = List.copyOf(intervals);
    }

    /** True when one interval has all of these keys. Key and end are as requests give them. */
    boolean covers(ByteString key, ByteString rangeEnd) {
        Interval asked = interval(key, rangeEnd);
        return intervals.stream().anyMatch(interval -> interval.contains(asked));
    }

    /** Without an end it is one key, with a zero byte everything from the key on. */
    private static Interval interval(ByteString key, ByteString rangeEnd) {
        if (rangeEnd.isEmpty()) {
            return new Interval(key, key.concat(ZERO));
        }
        return new Interval(key, rangeEnd.equals(ZERO) ? INFINITY : rangeEnd);
    }

    /** Collects what is granted. Used once. */
    static final class Builder {
        private final List<Interval> parts = new ArrayList<>();

        void add(ByteString key, ByteString rangeEnd) {
            parts.add(interval(key, rangeEnd));
        }

        Granted build() {
            parts.sort(Comparator.comparing(Interval::from, ORDER));
            List<Interval> merged = new ArrayList<>();
            for (Interval part : parts) {
                if (!merged.isEmpty() && merged.getLast().reaches(part.from)) {
                    merged.add(union(merged.removeLast(), part));
                } else {
                    merged.add(part);
                }
            }
            return new Granted(merged);
        }

        private static Interval union(Interval first, Interval next) {
            boolean firstGoesFurther = first.toExclusive.isEmpty()
                    || !next.toExclusive.isEmpty() && ORDER.compare(first.toExclusive, next.toExclusive) >= 0;
            return firstGoesFurther ? first : new Interval(first.from, next.toExclusive);
        }
    }
}
