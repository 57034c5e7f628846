package io.tenon.api.config;

import io.tenon.api.config.FlagKind.Malformed;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes and reads them: {@code 1h30m}, {@code 100ms}, {@code 1.5h}, {@code -5s}, {@code 0}. */
final class GoDuration {

    private static final Pattern PART = Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of("ns", 1L, "us", 1_000L, "µs", 1_000L, "μs", 1_000L, "ms", 1_000_000L,
            "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);
    private static final BigDecimal LONGEST_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);

    private GoDuration() {
    }

    static Duration parse(String value) throws Malformed {
        boolean negative = value.startsWith("-");
        String parts = negative || value.startsWith("+") ? value.substring(1) : value;
        if (parts.equals("0")) {
            return Duration.ZERO;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(parts);
        int at = 0;
        while (at < parts.length() && part.region(at, parts.length()).lookingAt()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(NANOS.get(part.group(2)))));
            at = part.end();
        }
        if (at == 0 || at < parts.length() || nanos.compareTo(LONGEST_NANOS) > 0) {
            throw new Malformed("parse error");
        }
        var duration = Duration.ofNanos(nanos.longValue());
        return negative ? duration.negated() : duration;
    }
}
