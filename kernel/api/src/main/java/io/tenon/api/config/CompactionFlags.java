package io.tenon.api.config;

import io.tenon.api.config.FlagKind.Malformed;
import io.tenon.api.config.NodeConfig.Compaction;
import java.time.Duration;

/** {@code --auto-compaction-*}: one retention whose unit depends on the mode. */
final class CompactionFlags {

    private CompactionFlags() {
    }

    static Compaction parse(FlagValues values) {
        boolean periodic = switch (values.text("auto-compaction-mode")) {
            case "periodic" -> true;
            case "revision" -> false;
            case "" -> throw BadFlagException.refused("undefined auto-compaction-mode");
            default -> throw BadFlagException.refused("unknown auto-compaction-mode \"" + values.text("auto-compaction-mode") + "\"");
        };
        String retention = values.text("auto-compaction-retention");
        var period = periodic ? period(retention) : Duration.ZERO;
        long revisions = periodic ? 0 : revisions(retention);
        return new Compaction(period, revisions, Flags.compactionBatchLimit(values), values.duration("compaction-sleep-interval"));
    }

    private static Duration period(String retention) {
        return isCount(retention) ? Duration.ofHours(Long.parseLong(retention)) : duration(retention);
    }

    /** A duration here means its nanoseconds, as in etcd. */
    private static long revisions(String retention) {
        return isCount(retention) ? Long.parseLong(retention) : duration(retention).toNanos();
    }

    private static boolean isCount(String retention) {
        return retention.matches("\\+?[0-9]{1,15}");
    }

    private static Duration duration(String retention) {
        try {
            Duration duration = GoDuration.parse(retention);
            if (duration.isNegative()) {
                throw BadFlagException.refused("--auto-compaction-retention must not be negative (set to " + retention + ")");
            }
            return duration;
        } catch (Malformed e) {
            throw BadFlagException.refused("error parsing CompactionRetention: time: invalid duration \"" + retention + "\"");
        }
    }
}
