package io.tenon.api.config;

import io.tenon.api.config.BadFlagException.Reason;
import io.tenon.api.config.Flag.Standing;
import io.tenon.api.config.FlagKind.Malformed;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The flags as given, each readable in its notation, completed by the defaults of one etcd version. */
final class FlagValues {

    private final Map<String, Flag> table;
    private final Map<String, String> given;

    private FlagValues(Map<String, Flag> table, Map<String, String> given) {
        this.table = table;
        this.given = given;
    }

    /** @throws BadFlagException if a flag is not one of this version, cannot be read, or asks for what is not there */
    static FlagValues read(Map<String, String> given, Compat compat) {
        Map<String, Flag> table = FlagTable.of(compat);
        var values = new LinkedHashMap<String, String>();
        for (var each : given.entrySet()) {
            Flag flag = table.get(each.getKey());
            if (flag == null) {
                throw BadFlagException.undefined(each.getKey());
            }
            flag.complaint(each.getValue()).ifPresent(reason -> {
                throw malformed(flag.name(), each.getValue(), reason);
            });
            switch (flag.standing()) {
                case SERVED, NO_EFFECT -> values.put(flag.name(), each.getValue());
                case DEFAULT_ONLY -> {
                    checkDefault(flag, each.getValue());
                    values.put(flag.name(), flag.defaultValue());
                }
                case LEGACY, COMMAND -> { }
            }
        }
        checkTwins(values, table);
        return new FlagValues(table, values);
    }

    private static BadFlagException malformed(String name, String value, String reason) {
        return new BadFlagException(Reason.MALFORMED, "invalid value \"" + value + "\" for flag -" + name + ": " + reason);
    }

    private static void checkDefault(Flag flag, String value) {
        if (!sameValue(flag, value)) {
            throw BadFlagException.refused("--" + flag.name() + "=" + value + " is not available in this version of Tenon (only the default, "
                    + (flag.defaultValue().isEmpty() ? "empty" : flag.defaultValue()) + ")");
        }
    }

    private static boolean sameValue(Flag flag, String value) {
        try {
            return switch (flag.kind()) {
                case BOOL -> FlagKind.bool(value) == FlagKind.bool(flag.defaultValue());
                case INT, UINT, UINT32 -> FlagKind.number(value) == FlagKind.number(flag.defaultValue());
                case DURATION -> GoDuration.parse(value).equals(GoDuration.parse(flag.defaultValue()));
                case TEXT, URLS, STATE, COMMA_LIST -> value.equals(flag.defaultValue());
            };
        } catch (Malformed e) {
            throw malformed(flag.name(), value, e.getMessage());
        }
    }

    private static void checkTwins(Map<String, String> values, Map<String, Flag> table) {
        for (String name : values.keySet()) {
            if (values.containsKey(FlagTable.EXPERIMENTAL + name) && table.containsKey(name)) {
                throw BadFlagException.refused("cannot set --" + FlagTable.EXPERIMENTAL + name + " and --" + name
                        + " at the same time, please use --" + name + " only");
            }
        }
    }

    boolean isGiven(String name) {
        return given.containsKey(name) || given.containsKey(FlagTable.EXPERIMENTAL + name);
    }

    /** The value of a flag under its newest name, given under any. */
    String text(String name) {
        for (String each : List.of(name, FlagTable.EXPERIMENTAL + name)) {
            if (given.containsKey(each)) {
                return given.get(each);
            }
        }
        Flag flag = table.containsKey(name) ? table.get(name) : table.get(FlagTable.EXPERIMENTAL + name);
        if (flag == null) {
            throw new IllegalStateException("no flag " + name);
        }
        return flag.defaultValue();
    }

    /** False for a flag that this etcd version does not have. */
    boolean bool(String name) {
        if (!table.containsKey(name) && !table.containsKey(FlagTable.EXPERIMENTAL + name)) {
            return false;
        }
        return read(name, FlagKind::bool);
    }

    long number(String name) {
        return read(name, FlagKind::number);
    }

    /** A number that memory or a loop counts up to; larger ones become the largest. */
    int count(String name) {
        return Math.clamp(number(name), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    Duration duration(String name) {
        Duration duration = read(name, GoDuration::parse);
        if (duration.isNegative()) {
            throw BadFlagException.refused("--" + name + " must not be negative (set to " + text(name) + ")");
        }
        return duration;
    }

    List<URI> urls(String name) {
        return read(name, UrlList::parse);
    }

    private <T> T read(String name, Reader<T> reader) {
        String value = text(name);
        try {
            return reader.read(value);
        } catch (Malformed e) {
            throw malformed(name, value, e.getMessage());
        }
    }

    /** Every flag with its value, under one name each: what was given, or else {@code computed}, or else the default. */
    Map<String, String> complete(Map<String, String> computed) {
        var all = new LinkedHashMap<String, String>();
        for (Flag flag : table.values()) {
            boolean hasNewName = flag.name().startsWith(FlagTable.EXPERIMENTAL)
                    && table.containsKey(flag.name().substring(FlagTable.EXPERIMENTAL.length()));
            boolean configuresNode = flag.standing() != Standing.COMMAND && flag.standing() != Standing.LEGACY;
            if (configuresNode && !hasNewName) {
                all.put(flag.name(), computed.getOrDefault(flag.name(), text(flag.name())));
            }
        }
        return all;
    }

    private interface Reader<T> {
        T read(String value) throws Malformed;
    }
}
