package io.tenon.api.config;

import java.util.Optional;

/**
 * One row of {@link FlagTable}.
 *
 * @param name         without dashes
 * @param defaultValue in the flag's own notation; empty for flags whose default depends on another flag, as the help line then says
 * @param help         one line, what etcd means by it
 */
public record Flag(String name, FlagKind kind, String defaultValue, String help, Group group, Standing standing, Versions versions) {

    /** Why a value cannot be read in this flag's notation, in etcd's words; empty if it can. */
    public Optional<String> complaint(String value) {
        if (standing == Standing.LEGACY) {
            return Optional.empty();
        }
        try {
            kind.check(value);
            return Optional.empty();
        } catch (FlagKind.Malformed e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Sections of the help text, in its order. */
    public enum Group {
        MEMBER("Member"), CLUSTERING("Clustering"), STORAGE("Storage and limits"), SECURITY("Security"), AUTH("Auth"),
        MONITORING("Profiling and monitoring"), LOGGING("Logging"), PROXY("v2 proxy"), EXPERIMENTAL("Experimental features"),
        UNSAFE("Unsafe features"), TENON("Tenon"), COMMAND("Commands");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** What this version does with a flag. */
    public enum Standing {
        /** Obeyed. */
        SERVED,
        /** Accepted with its default value; any other value is refused, so that nobody believes in a protection that is not there. */
        DEFAULT_ONLY,
        /** Any value is accepted and changes nothing, because it tunes a part that Tenon does not have. */
        NO_EFFECT,
        /** Of the etcd of long ago: accepted with a warning, as etcd does. */
        LEGACY,
        /** Asks the launcher for something other than a node; not part of a node's configuration. */
        COMMAND
    }

    /** In which etcd a flag exists with this default. */
    public enum Versions {
        ALL(Compat.V3_5, Compat.V3_7), ONLY_3_5(Compat.V3_5, Compat.V3_5), UNTIL_3_6(Compat.V3_5, Compat.V3_6),
        FROM_3_6(Compat.V3_6, Compat.V3_7);

        private final Compat first;
        private final Compat last;

        Versions(Compat first, Compat last) {
            this.first = first;
            this.last = last;
        }

        public boolean include(Compat compat) {
            return compat.atLeast(first) && last.atLeast(compat);
        }
    }
}
