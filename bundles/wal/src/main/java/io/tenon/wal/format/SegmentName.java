package io.tenon.wal.format;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a segment: two numbers of 16 hexadecimal digits.
 *
 * @param sequence   counts segments from 0 without gaps
 * @param firstIndex the entry that was expected next when the segment was begun; 0 for the first
 */
public record SegmentName(long sequence, long firstIndex) {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})\\.wal");

    public static Optional<SegmentName> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new SegmentName(Long.parseUnsignedLong(matcher.group(1), 16), Long.parseUnsignedLong(matcher.group(2), 16)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "%016x-%016x.wal".formatted(sequence, firstIndex);
    }
}
