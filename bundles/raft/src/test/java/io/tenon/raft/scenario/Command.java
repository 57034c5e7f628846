package io.tenon.raft.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One command of a scenario file.
 *
 * @param arguments in their order
 * @param input     lines between the command and the {@code ----}
 */
record Command(String name, List<Argument> arguments, List<String> input) {

    /** {@code key=value}, {@code key=(a,b)}, or a word, which has no key and is the value. */
    record Argument(String key, List<String> values) {
        boolean isWord() {
            return key.isEmpty();
        }

        String word() {
            return values.getFirst();
        }
    }

    static Command parse(String line, List<String> input) {
        List<String> tokens = tokens(line);
        var arguments = new ArrayList<Argument>();
        for (String token : tokens.subList(1, tokens.size())) {
            int equals = token.indexOf('=');
            if (equals < 0) {
                arguments.add(new Argument("", List.of(token)));
            } else {
                arguments.add(new Argument(token.substring(0, equals), values(token.substring(equals + 1))));
            }
        }
        return new Command(tokens.getFirst(), arguments, input);
    }

    /** Splits at blanks, but not within parentheses. */
    private static List<String> tokens(String line) {
        var tokens = new ArrayList<String>();
        var token = new StringBuilder();
        int depth = 0;
        for (char c : (line + " ").toCharArray()) {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c != ' ' || depth > 0) {
                token.append(c);
            } else if (!token.isEmpty()) {
                tokens.add(token.toString());
                token.setLength(0);
            }
        }
        return tokens;
    }

    private static List<String> values(String text) {
        if (!text.startsWith("(")) {
            return List.of(text);
        }
        String inner = text.substring(1, text.length() - 1).strip();
        return inner.isEmpty() ? List.of() : List.of(inner.split("\\s*,\\s*|\\s+"));
    }

    Optional<List<String>> all(String key) {
        return arguments.stream().filter(each -> each.key().equals(key)).map(Argument::values).findFirst();
    }

    Optional<String> value(String key) {
        return all(key).filter(values -> !values.isEmpty()).map(List::getFirst);
    }

    boolean isSet(String key) {
        return value(key).map(Boolean::parseBoolean).orElse(false);
    }

    List<Long> ids(String key) {
        return all(key).orElse(List.of()).stream().map(Long::parseLong).toList();
    }

    List<String> words() {
        return arguments.stream().filter(Argument::isWord).map(Argument::word).toList();
    }

    /** The word at a place as it is written, also when it looks like an argument with a key: then its key. */
    String text(int place) {
        Argument argument = arguments.get(place);
        return argument.isWord() ? argument.word() : argument.key();
    }

    long id(int word) {
        return Long.parseLong(words().get(word));
    }

    List<Long> ids() {
        return words().stream().map(Long::parseLong).toList();
    }
}
