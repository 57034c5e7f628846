package io.tenon.v2store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads JSON whose names are keys of users, so case matters and paths may be deep. Objects become maps in the order of their names, numbers stay
 * text ({@link Digits}), null becomes {@link Nothing}.
 */
final class Json {
    /** Two levels for each part of a path; far beyond what a request may carry in practice, and what a thread's stack holds. */
    private static final int DEEPEST = 1000;

    private final String text;
    private int at;
    private int depth;

    /** A number as it was written. */
    record Digits(String text) {
    }

    /** JSON's null. */
    enum Nothing { NOTHING }

    private Json(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException the text is no JSON, or nested too deeply */
    static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.space();
        json.check(json.at == text.length());
        return value;
    }

    @SuppressWarnings("unchecked") // Objects are made here alone, with these types.
    static Map<String, Object> object(Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new IllegalArgumentException("no object: " + value);
    }

    static String text(Map<String, Object> object, String name) {
        Object value = object.getOrDefault(name, "");
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is no text: " + value);
    }

    static long number(Map<String, Object> object, String name) {
        Object value = object.getOrDefault(name, new Digits("0"));
        if (value instanceof Digits digits) {
            return Long.parseUnsignedLong(digits.text);
        }
        throw new IllegalArgumentException(name + " is no number: " + value);
    }

    private Object value() {
        space();
        check(at < text.length() && ++depth <= DEEPEST);
        Object value = switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> list();
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", Nothing.NOTHING);
            default -> digits();
        };
        depth--;
        return value;
    }

    private Object word(String word, Object value) {
        check(text.startsWith(word, at));
        at += word.length();
        return value;
    }

    private Digits digits() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        check(at > from);
        return new Digits(text.substring(from, at));
    }

    private Map<String, Object> object() {
        Map<String, Object> fields = new TreeMap<>();
        at++;
        space();
        while (!takes('}')) {
            space();
            String name = string();
            space();
            check(takes(':'));
            fields.put(name, value());
            space();
            check(takes(',') || peek() == '}');
        }
        return fields;
    }

    private List<Object> list() {
        List<Object> values = new ArrayList<>();
        at++;
        space();
        while (!takes(']')) {
            values.add(value());
            space();
            check(takes(',') || peek() == ']');
        }
        return values;
    }

    private String string() {
        check(takes('"'));
        StringBuilder out = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            out.append(c == '\\' ? escaped() : c);
        }
        at++;
        return out.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                check(at + 4 <= text.length());
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> c;
        };
    }

    private boolean takes(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private char peek() {
        check(at < text.length());
        return text.charAt(at);
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private void check(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("no JSON at character " + at);
        }
    }
}
