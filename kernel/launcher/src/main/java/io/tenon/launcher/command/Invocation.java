package io.tenon.launcher.command;

import io.tenon.api.config.BadFlagException;
import io.tenon.api.config.BadFlagException.Reason;
import io.tenon.api.config.Compat;
import io.tenon.api.config.Flag.Standing;
import io.tenon.api.config.FlagTable;
import io.tenon.api.config.Flags;
import io.tenon.api.config.NodeConfig;
import io.tenon.launcher.log.Line;
import io.tenon.launcher.log.Line.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a command line and an environment ask for. */
public sealed interface Invocation {

    /**
     * To run a node.
     *
     * @param notices to log once logging is set up
     */
    record Start(NodeConfig config, List<Line> notices) implements Invocation {
    }

    /** To print and end. */
    record Speak(String out, String err, int exitCode) implements Invocation {
    }

    /** To log why not, and end with exit code 1. */
    record Refuse(List<Line> notices, Line reason) implements Invocation {
    }

    /** Flags that say who the first members are. */
    List<String> WAYS_TO_MEMBERS = List.of("initial-cluster", "discovery", "discovery-endpoints", "discovery-srv");

    /** Decides; touches nothing. */
    static Invocation of(List<String> arguments, Map<String, String> environment, Build build) {
        if (!arguments.isEmpty() && (arguments.getFirst().equals("gateway") || arguments.getFirst().equals("grpc-proxy"))) {
            return refuse(arguments.getFirst() + " is not available in this version of Tenon");
        }
        try {
            CommandLine line = CommandLine.parse(arguments);
            if (line.askHelp()) {
                return new Speak(HelpText.full(build), HelpText.USAGE, 0);
            }
            if (line.extra().isPresent()) {
                return refuse("'" + line.extra().get() + "' is not a valid flag");
            }
            if (line.flags().getOrDefault("version", "false").toLowerCase(java.util.Locale.ROOT).matches("1|t|true")) {
                return new Speak(build.describe(compat(line.flags(), environment)), "", 0);
            }
            return withEnvironment(line.flags(), environment);
        } catch (UsageException e) {
            return misuse(e.getMessage());
        } catch (BadFlagException e) {
            return refuse(e.getMessage());
        }
    }

    private static Invocation withEnvironment(Map<String, String> given, Map<String, String> environment) {
        Compat compat = compat(given, environment);
        var table = FlagTable.of(compat);
        var fromEnvironment = EnvironmentFlags.read(environment, table, given);
        if (fromEnvironment.refusal().isPresent()) {
            return new Refuse(fromEnvironment.notices(), fromEnvironment.refusal().get());
        }
        var flags = new LinkedHashMap<>(given);
        flags.putAll(fromEnvironment.flags());
        if (flags.containsKey("config-file")) {
            return refuse("--config-file is not available in this version of Tenon (use flags or environment variables)");
        }
        if (WAYS_TO_MEMBERS.stream().filter(name -> !flags.getOrDefault(name, "").isEmpty()).count() > 1) {
            return refuse("multiple discovery or bootstrap flags are set. Choose one of " + waysToMembers(compat));
        }
        var notices = new ArrayList<>(fromEnvironment.notices());
        for (String name : flags.keySet()) {
            switch (table.containsKey(name) ? table.get(name).standing() : Standing.SERVED) {
                case LEGACY -> notices.add(new Line(Severity.WARN, "flag is no longer supported and is ignored").with("flag", name));
                case NO_EFFECT -> notices.add(new Line(Severity.WARN, "flag has no effect in Tenon").with("flag", name));
                case SERVED, DEFAULT_ONLY, COMMAND -> { }
            }
        }
        try {
            return new Start(Flags.parse(flags), notices);
        } catch (BadFlagException e) {
            return e.reason() == Reason.REFUSED ? new Refuse(notices, Line.unverified(e.getMessage())) : misuse(e.getMessage());
        }
    }

    private static String waysToMembers(Compat compat) {
        return compat.atLeast(Compat.V3_6) ? "\"initial-cluster\", \"discovery\", \"discovery-endpoints\" or \"discovery-srv\""
                : "\"initial-cluster\", \"discovery\" or \"discovery-srv\"";
    }

    private static Compat compat(Map<String, String> given, Map<String, String> environment) {
        String fallback = environment.getOrDefault(EnvironmentFlags.variable("tenon-compat"), "");
        return Flags.compat(given.containsKey("tenon-compat") || fallback.isEmpty() ? given : Map.of("tenon-compat", fallback));
    }

    private static Invocation misuse(String message) {
        return new Speak("", message + "\n" + HelpText.USAGE, 2);
    }

    private static Invocation refuse(String error) {
        return new Refuse(List.of(), Line.unverified(error));
    }
}
