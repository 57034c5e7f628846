package io.tenon.raft.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One command of a scenario file.
 *
 * @param words what stands without a key, in order
 * @param keys  what stands with one
 * @param input lines between the command and the {@code ----}
 */
record Command(String name, List<String> words, List<Key> keys, List<String> input) {

    /** {@code key=value} or {@code key=(a,b)}. */
    record Key(String name, List<String> values) {
    }

    static Command parse(String line, List<String> input) {
        List<String> tokens = tokens(line);
        var words = new ArrayList<String>();
        var keys = new ArrayList<Key>();
        for (String token : tokens.subList(1, tokens.size())) {
            int equals = token.indexOf('=');
            if (equals < 0) {
                words.add(token);
            } else {
                keys.add(new Key(token.substring(0, equals), values(token.substring(equals + 1))));
            }
        }
        return new Command(tokens.getFirst(), words, keys, input);
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
        return keys.stream().filter(each -> each.name().equals(key)).map(Key::values).findFirst();
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

    long id(int word) {
        return Long.parseLong(words.get(word));
    }

    List<Long> ids() {
        return words.stream().map(Long::parseLong).toList();
    }
}
