package io.tenon.api.config;

import io.tenon.api.config.FlagKind.Malformed;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** {@code --feature-gates}: what were experimental booleans before etcd 3.6. */
final class FeatureGates {

    static final String LEASE_CHECKPOINT = "LeaseCheckpoint";
    static final String LEASE_CHECKPOINT_PERSIST = "LeaseCheckpointPersist";

    static final String INITIAL_CORRUPT_CHECK = "InitialCorruptCheck";
    static final String COMPACT_HASH_CHECK = "CompactHashCheck";

    private static final Set<String> TURNABLE = Set.of(LEASE_CHECKPOINT, LEASE_CHECKPOINT_PERSIST, INITIAL_CORRUPT_CHECK, COMPACT_HASH_CHECK);
    /** Gates that are there, to their values; the others keep theirs. */
    private static final Map<String, Boolean> DEFAULTS_3_6 = Map.of(INITIAL_CORRUPT_CHECK, false, COMPACT_HASH_CHECK, false,
            "TxnModeWriteWithSharedBuffer", true, LEASE_CHECKPOINT, false, LEASE_CHECKPOINT_PERSIST, false,
            "StopGRPCServiceOnDefrag", false, "SetMemberLocalAddr", false);
    private static final Map<String, Boolean> ADDED_3_7 = Map.of("FastLeaseKeepAlive", true, "PriorityRequest", false);

    private FeatureGates() {
    }

    static Map<String, Boolean> parse(FlagValues values, Compat compat) {
        return compat.atLeast(Compat.V3_6) ? parse(values.text("feature-gates"), compat) : Map.of();
    }

    /** @param text of the flag; there are no gates before 3.6 */
    static Map<String, Boolean> parse(String text, Compat compat) {
        if (!compat.atLeast(Compat.V3_6)) {
            return Map.of();
        }
        var gates = new HashMap<>(DEFAULTS_3_6);
        if (compat.atLeast(Compat.V3_7)) {
            gates.putAll(ADDED_3_7);
        }
        for (String each : text.isEmpty() ? new String[0] : text.split(",")) {
            turn(gates, each.strip());
        }
        return gates;
    }

    private static void turn(Map<String, Boolean> gates, String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw BadFlagException.refused("missing bool value for " + text);
        }
        String name = text.substring(0, equals).strip();
        if (!gates.containsKey(name)) {
            throw BadFlagException.refused("unrecognized feature gate: " + name);
        }
        boolean on = value(name, text.substring(equals + 1).strip());
        if (!TURNABLE.contains(name) && on != gates.get(name)) {
            throw BadFlagException.refused("--feature-gates=" + text + " is not available in this version of Tenon");
        }
        gates.put(name, on);
    }

    private static boolean value(String name, String value) {
        try {
            return FlagKind.bool(value);
        } catch (Malformed e) {
            throw BadFlagException.refused("invalid value of " + name + "=" + value + ", err: strconv.ParseBool: parsing \"" + value
                    + "\": invalid syntax");
        }
    }
}
