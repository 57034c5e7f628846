package io.tenon.api.config;

import java.util.Map;

/**
 * What the flags say about changes of the members.
 *
 * @param strictCheck {@code --strict-reconfig-check}
 * @param maxLearners {@code --max-learners}; up to 3.5 there is no such flag, and it is 1
 */
public record MembershipChoice(boolean strictCheck, long maxLearners) {

    /** @param flags checked ones, as in {@link NodeConfig#flags()} */
    public static MembershipChoice of(Map<String, String> flags) {
        try {
            return new MembershipChoice(FlagKind.bool(flags.getOrDefault("strict-reconfig-check", "true")),
                    FlagKind.number(flags.getOrDefault("max-learners", "1")));
        } catch (FlagKind.Malformed e) {
            throw new IllegalArgumentException("flags were not checked", e);
        }
    }
}
