package io.tenon.launcher.command;

import io.tenon.api.config.Flag;
import io.tenon.api.config.Flag.Standing;
import io.tenon.launcher.log.Line;
import io.tenon.launcher.log.Line.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Flags from {@code ETCD_*} variables. An empty variable is none; one beside its flag is fatal, since nobody could say which was meant.
 *
 * @param flags   by name, only those that the command line does not have
 * @param notices what to log about them
 * @param refusal set if the node must not start
 */
record EnvironmentFlags(Map<String, String> flags, List<Line> notices, Optional<Line> refusal) {

    private static final String PREFIX = "ETCD_";

    /** Not to be read in logs: a user may be given together with the password. */
    private static final Set<String> SECRETS = Set.of("discovery-user", "discovery-password");

    static String variable(String flag) {
        return PREFIX + flag.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    static EnvironmentFlags read(Map<String, String> environment, Map<String, Flag> table, Map<String, String> commandLine) {
        var flags = new LinkedHashMap<String, String>();
        var notices = new ArrayList<Line>();
        var left = new TreeMap<>(environment);
        left.keySet().removeIf(name -> !name.startsWith(PREFIX));
        for (Flag flag : table.values()) {
            String variable = variable(flag.name());
            String value = left.getOrDefault(variable, "");
            if (commandLine.containsKey(flag.name()) || !readsVariable(flag)) {
                continue;
            }
            left.remove(variable);
            if (value.isEmpty()) {
                continue;
            }
            Optional<String> complaint = flag.complaint(value);
            if (complaint.isPresent()) {
                String error = "invalid value \"" + value + "\" for " + variable + ": " + complaint.get();
                return new EnvironmentFlags(flags, notices, Optional.of(Line.unverified(error)));
            }
            flags.put(flag.name(), value);
            notices.add(new Line(Severity.INFO, "recognized and used environment variable")
                    .with("variable-name", variable).with("variable-value", SECRETS.contains(flag.name()) ? "********" : value));
        }
        return rest(flags, notices, left, commandLine);
    }

    private static EnvironmentFlags rest(Map<String, String> flags, List<Line> notices, Map<String, String> left,
                                         Map<String, String> commandLine) {
        for (String name : commandLine.keySet()) {
            if (left.containsKey(variable(name))) {
                var shadowed = new Line(Severity.FATAL, "conflicting environment variable is shadowed by corresponding command-line flag"
                        + " (either unset environment variable or disable flag))").with("environment-variable", variable(name));
                return new EnvironmentFlags(flags, notices, Optional.of(shadowed));
            }
        }
        for (String unknown : left.keySet()) {
            notices.add(new Line(Severity.WARN, "unrecognized environment variable").with("environment-variable",
                    unknown + "=" + left.get(unknown)));
        }
        return new EnvironmentFlags(flags, notices, Optional.empty());
    }

    /** Variables named ETCD_VERSION and ETCD_HELP are about something else. */
    private static boolean readsVariable(Flag flag) {
        return flag.standing() != Standing.COMMAND || flag.name().equals("config-file");
    }
}
