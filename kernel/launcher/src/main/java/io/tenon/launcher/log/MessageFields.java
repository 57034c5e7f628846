package io.tenon.launcher.log;

import java.util.ArrayList;
import java.util.List;

/**
 * A message parted into its text and the {@code key=value} pairs that end it. A value is in double quotes (with backslash escapes), in
 * square brackets, or without a space.
 */
record MessageFields(String text, List<Field> fields) {

    /** @param quoted it was in quotes and so is text, whatever it looks like */
    record Field(String name, String value, boolean quoted) {
    }

    static MessageFields split(String message) {
        if (message.indexOf('=') < 0) {
            return new MessageFields(message, List.of());
        }
        var fields = new ArrayList<Field>();
        int textEnd = 0;
        int at = 0;
        while (at < message.length()) {
            if (message.charAt(at) == ' ') {
                at++;
                continue;
            }
            int end = pairEnd(message, at);
            if (end < 0) {
                fields.clear();
                end = wordEnd(message, at);
                textEnd = end;
            } else {
                fields.add(field(message, at, end));
            }
            at = end;
        }
        return new MessageFields(message.substring(0, textEnd), fields);
    }

    /** Where the pair that starts here ends, or -1 if none does. */
    private static int pairEnd(String message, int start) {
        int at = start;
        while (at < message.length() && isNamePart(message.charAt(at), at == start)) {
            at++;
        }
        if (at == start || at >= message.length() || message.charAt(at) != '=') {
            return -1;
        }
        int value = at + 1;
        int end = value >= message.length() ? value : switch (message.charAt(value)) {
            case '"' -> quoteEnd(message, value);
            case '[' -> bracketEnd(message, value);
            default -> wordEnd(message, value);
        };
        return end < 0 || end < message.length() && message.charAt(end) != ' ' ? -1 : end;
    }

    private static boolean isNamePart(char each, boolean first) {
        return each >= 'a' && each <= 'z' || each >= 'A' && each <= 'Z'
                || !first && (each >= '0' && each <= '9' || each == '-' || each == '_' || each == '.');
    }

    private static int wordEnd(String message, int start) {
        int end = message.indexOf(' ', start);
        return end < 0 ? message.length() : end;
    }

    private static int quoteEnd(String message, int start) {
        for (int at = start + 1; at < message.length(); at++) {
            if (message.charAt(at) == '\\') {
                at++;
            } else if (message.charAt(at) == '"') {
                return at + 1;
            }
        }
        return -1;
    }

    private static int bracketEnd(String message, int start) {
        int depth = 0;
        for (int at = start; at < message.length(); at++) {
            if (message.charAt(at) == '[') {
                depth++;
            } else if (message.charAt(at) == ']' && --depth == 0) {
                return at + 1;
            }
        }
        return -1;
    }

    private static Field field(String message, int start, int end) {
        int equals = message.indexOf('=', start);
        String name = message.substring(start, equals);
        String value = message.substring(equals + 1, end);
        return value.startsWith("\"") ? new Field(name, unquoted(value), true) : new Field(name, value, false);
    }

    private static String unquoted(String value) {
        var plain = new StringBuilder(value.length());
        for (int at = 1; at < value.length() - 1; at++) {
            if (value.charAt(at) == '\\') {
                at++;
            }
            plain.append(value.charAt(at));
        }
        return plain.toString();
    }
}
