package io.tenon.api.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code --logger}, {@code --log-level} and {@code --log-outputs}, which the launcher needs before there is a node.
 *
 * @param outputs {@code stderr}, {@code stdout} or paths of files, each once
 */
public record LogChoice(Level level, List<String> outputs) {

    /** Of the loudest line that is still written. */
    public enum Level { DEBUG, INFO, WARN, ERROR, PANIC, FATAL }

    /** What was chosen in {@link NodeConfig#flags()}. */
    public static LogChoice of(Map<String, String> flags) {
        return of(flags.get("logger"), flags.get("log-level"), flags.get("log-outputs"));
    }

    static LogChoice of(String logger, String level, String outputs) {
        if (!logger.equals("zap")) {
            throw BadFlagException.refused("unknown logger option \"" + logger + "\"");
        }
        List<String> places = Arrays.stream(outputs.split(",")).map(String::strip).map(LogChoice::output).distinct().toList();
        return new LogChoice(level(level), places);
    }

    private static Level level(String level) {
        for (Level each : Level.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(level) || each.name().equals(level)) {
                return each;
            }
        }
        throw BadFlagException.refused("unrecognized level: \"" + level + "\"");
    }

    private static String output(String output) {
        return switch (output) {
            case "default", "stderr" -> "stderr";
            case "systemd/journal" -> throw BadFlagException.refused(
                    "--log-outputs=systemd/journal is not available in this version of Tenon (only default, stderr, stdout and files)");
            case "" -> throw BadFlagException.refused("unknown log-output \"\" (only supports \"default\", \"stderr\", \"stdout\" and files)");
            default -> output;
        };
    }
}
