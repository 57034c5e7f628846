package io.tenon.api.config;

import java.util.Map;

/**
 * What the flags say about elections; read by the bundles that offer the options.
 *
 * @param preVote {@code --pre-vote}
 */
public record ElectionChoice(boolean preVote) {

    /** @param flags checked ones, as in {@link NodeConfig#flags()} */
    public static ElectionChoice of(Map<String, String> flags) {
        try {
            return new ElectionChoice(FlagKind.bool(flags.get("pre-vote")));
        } catch (FlagKind.Malformed e) {
            throw new IllegalArgumentException("flags were not checked", e);
        }
    }
}
