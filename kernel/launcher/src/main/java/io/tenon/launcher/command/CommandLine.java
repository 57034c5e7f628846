package io.tenon.launcher.command;

import io.tenon.api.config.Flag;
import io.tenon.api.config.FlagKind;
import io.tenon.api.config.FlagTable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Arguments by Go's rules: one dash or two, {@code -f v} or {@code -f=v}, booleans only {@code -f} or {@code -f=v}, the last of several
 * wins, and flags end at the first argument that is none.
 *
 * @param flags   by name, in the order given
 * @param extra   the first argument that is no flag
 * @param askHelp {@code -h} or {@code -help} came; what follows it was not looked at
 */
record CommandLine(Map<String, String> flags, Optional<String> extra, boolean askHelp) {

    static CommandLine parse(List<String> arguments) throws UsageException {
        var flags = new LinkedHashMap<String, String>();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            if (argument.equals("--")) {
                return new CommandLine(flags, rest.hasNext() ? Optional.of(rest.next()) : Optional.empty(), false);
            }
            if (argument.length() < 2 || argument.charAt(0) != '-') {
                return new CommandLine(flags, Optional.of(argument), false);
            }
            String body = argument.substring(argument.startsWith("--") ? 2 : 1);
            if (body.isEmpty() || body.charAt(0) == '-' || body.charAt(0) == '=') {
                throw new UsageException("bad flag syntax: " + argument);
            }
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            if (name.equals("h") || name.equals("help")) {
                return new CommandLine(flags, Optional.empty(), true);
            }
            Flag flag = FlagTable.find(name).orElseThrow(() -> new UsageException("flag provided but not defined: -" + name));
            flags.put(name, equals < 0 ? following(flag, rest) : checked(flag, body.substring(equals + 1)));
        }
        return new CommandLine(flags, Optional.empty(), false);
    }

    private static String following(Flag flag, Iterator<String> rest) throws UsageException {
        if (flag.kind() == FlagKind.BOOL) {
            return "true";
        }
        if (!rest.hasNext()) {
            throw new UsageException("flag needs an argument: -" + flag.name());
        }
        return checked(flag, rest.next());
    }

    private static String checked(Flag flag, String value) throws UsageException {
        Optional<String> complaint = flag.complaint(value);
        if (complaint.isPresent()) {
            throw new UsageException(flag.kind() == FlagKind.BOOL
                    ? "invalid boolean value \"" + value + "\" for -" + flag.name() + ": " + complaint.get()
                    : "invalid value \"" + value + "\" for flag -" + flag.name() + ": " + complaint.get());
        }
        return value;
    }
}
