package io.tenon.wal.format;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a snapshot file; newer ones are greater. */
public record SnapshotName(long term, long index) implements Comparable<SnapshotName> {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})\\.snap");
    private static final Comparator<SnapshotName> ORDER = Comparator.comparingLong(SnapshotName::term).thenComparingLong(SnapshotName::index);

    public static Optional<SnapshotName> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new SnapshotName(Long.parseUnsignedLong(matcher.group(1), 16), Long.parseUnsignedLong(matcher.group(2), 16)))
                : Optional.empty();
    }

    @Override
    public int compareTo(SnapshotName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%016x-%016x.snap".formatted(term, index);
    }
}
