package io.tenon.api.config;

import java.time.Duration;
import java.util.Map;

/**
 * Which comparisons of members are made.
 *
 * @param initial          this member is compared with the others before it serves
 * @param period           of the leader's comparison of all members at one revision; zero for never
 * @param compactionPeriod of the leader's comparison of the hashes that compactions left; zero for never
 */
public record CorruptionChecks(boolean initial, Duration period, Duration compactionPeriod) {
    private static final String PERIOD = "corrupt-check-time";
    private static final String COMPACTION_PERIOD = "compact-hash-check-time";

    /** Of {@link NodeConfig#flags()}; from 3.6 on the times have no prefix, and the choices are feature gates too. */
    public static CorruptionChecks of(Map<String, String> flags) {
        Map<String, Boolean> gates = FeatureGates.parse(flags.getOrDefault("feature-gates", ""), Flags.compat(flags));
        boolean compactions = isOn(flags, "compact-hash-check-enabled") || gates.getOrDefault(FeatureGates.COMPACT_HASH_CHECK, false);
        return new CorruptionChecks(isOn(flags, "initial-corrupt-check") || gates.getOrDefault(FeatureGates.INITIAL_CORRUPT_CHECK, false),
                duration(flags, PERIOD), compactions ? duration(flags, COMPACTION_PERIOD) : Duration.ZERO);
    }

    /** @throws BadFlagException in etcd's words; also when the comparison is not made */
    static void check(FlagValues values) {
        if (!values.duration(COMPACTION_PERIOD).isPositive()) {
            throw BadFlagException.refused("--" + FlagTable.EXPERIMENTAL + COMPACTION_PERIOD + " must be >0 (set to 0s)");
        }
    }

    private static boolean isOn(Map<String, String> flags, String name) {
        try {
            return FlagKind.bool(flags.getOrDefault(FlagTable.EXPERIMENTAL + name, "false"));
        } catch (FlagKind.Malformed checkedAlready) {
            throw new IllegalStateException(name + " is neither true nor false", checkedAlready);
        }
    }

    private static Duration duration(Map<String, String> flags, String name) {
        String text = flags.getOrDefault(name, flags.getOrDefault(FlagTable.EXPERIMENTAL + name, "0s"));
        try {
            return GoDuration.parse(text);
        } catch (FlagKind.Malformed checkedAlready) {
            throw new IllegalStateException(name + " is no duration: " + text, checkedAlready);
        }
    }
}
