package io.tenon.api.config;

import java.time.Duration;
import java.util.Map;

/**
 * Which comparisons of members are made.
 *
 * @param period of the leader's comparison of all members at one revision; zero for never
 */
public record CorruptionChecks(Duration period) {
    private static final String FLAG = "corrupt-check-time";

    /** Of {@link NodeConfig#flags()}; from 3.6 on the flag has no prefix. */
    public static CorruptionChecks of(Map<String, String> flags) {
        String text = flags.getOrDefault(FLAG, flags.getOrDefault("experimental-" + FLAG, "0s"));
        try {
            return new CorruptionChecks(GoDuration.parse(text));
        } catch (FlagKind.Malformed checkedAlready) {
            throw new IllegalStateException(FLAG + " is no duration: " + text, checkedAlready);
        }
    }
}
