package io.tenon.api.config;

import java.util.Map;

/**
 * What the flags say of a member's beginning beside its first members.
 *
 * @param forceNewCluster {@code --force-new-cluster}
 * @param srvDomain       {@code --discovery-srv}, empty without it
 * @param srvSuffix       {@code --discovery-srv-name}, empty without it
 */
public record BirthChoice(boolean forceNewCluster, String srvDomain, String srvSuffix) {

    /** @param flags checked ones, as in {@link NodeConfig#flags()} */
    public static BirthChoice of(Map<String, String> flags) {
        try {
            return new BirthChoice(FlagKind.bool(flags.get("force-new-cluster")), flags.get("discovery-srv"), flags.get("discovery-srv-name"));
        } catch (FlagKind.Malformed e) {
            throw new IllegalArgumentException("flags were not checked", e);
        }
    }
}
