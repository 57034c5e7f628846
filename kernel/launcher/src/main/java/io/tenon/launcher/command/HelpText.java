package io.tenon.launcher.command;

import io.tenon.api.config.Compat;
import io.tenon.api.config.Flag;
import io.tenon.api.config.Flag.Group;
import io.tenon.api.config.Flag.Standing;
import io.tenon.api.config.FlagTable;
import java.util.ArrayList;
import java.util.List;

/** What {@code --help} shows. */
final class HelpText {

    static final String USAGE = """
            Usage:

              tenon [flags]
                Start a server that is etcd to its clients and peers.

              tenon --version
                Show the version.

              tenon -h | --help
                Show the flags.
            """;

    private static final int COLUMNS = 110;
    private static final int FLAG_COLUMNS = 44;

    private HelpText() {
    }

    static String full(Build build) {
        var text = new StringBuilder("Tenon ").append(build.version()).append(", etcd in Java as OSGi bundles.\n");
        List<Flag> flags = List.copyOf(FlagTable.of(Compat.V3_5).values());
        for (Group group : Group.values()) {
            List<Flag> shown = flags.stream().filter(flag -> flag.group() == group && isShown(flag)).toList();
            if (!shown.isEmpty()) {
                text.append('\n').append(group.title()).append(":\n");
                shown.forEach(flag -> row(text, flag));
            }
        }
        text.append("\nEtcd's flags that this version accepts with their default value only:\n");
        wrap(text, flags.stream().filter(flag -> flag.standing() == Standing.DEFAULT_ONLY).map(flag -> "--" + flag.name()).toList());
        text.append("""

                Every flag can be given as -flag value, --flag value or --flag=value, booleans as --flag or --flag=false, and also as an
                environment variable: ETCD_ and its name in upper case with _ for -, such as ETCD_DATA_DIR. Never both ways at once.
                The start script reads TENON_HEAP, TENON_JAVA_OPTS and JAVA_HOME; see the top of bin/tenon.
                """);
        return text.toString();
    }

    private static boolean isShown(Flag flag) {
        return flag.standing() == Standing.SERVED || flag.standing() == Standing.COMMAND;
    }

    private static void row(StringBuilder text, Flag flag) {
        String value = flag.defaultValue().isEmpty() ? "" : " '" + flag.defaultValue() + "'";
        String left = "  --" + flag.name() + value;
        text.append(left);
        if (left.length() >= FLAG_COLUMNS) {
            text.append('\n').append(" ".repeat(FLAG_COLUMNS));
        } else {
            text.append(" ".repeat(FLAG_COLUMNS - left.length()));
        }
        text.append(flag.help()).append('\n');
    }

    private static void wrap(StringBuilder text, List<String> words) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(" ");
        for (String word : words) {
            if (line.length() + 1 + word.length() > COLUMNS) {
                lines.add(line.toString());
                line = new StringBuilder(" ");
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
        text.append(String.join("\n", lines)).append('\n');
    }
}
