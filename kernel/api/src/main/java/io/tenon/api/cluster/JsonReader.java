package io.tenon.api.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the small JSON texts that etcd keeps in rows, conf changes and snapshots. Unknown fields are read over and names match whatever
 * their case, as Go reads them; anything that is not JSON is refused. Numbers stay text, because ids are unsigned 64-bit.
 */
public final class JsonReader {
    private static final int DEEPEST = 64;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** One JSON object; what is absent or null reads as empty. */
    public static final class Fields {
        private final TreeMap<String, Object> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

        /** @throws IllegalArgumentException the field is no text */
        public String text(String name) {
            return values.get(name) == null ? "" : as(String.class, values.get(name));
        }

        /** True only for {@code true}. */
        public boolean flag(String name) {
            return Boolean.TRUE.equals(values.get(name));
        }

        /** @throws IllegalArgumentException the field is no unsigned number of 64 bits */
        public long unsigned(String name) {
            return values.get(name) == null ? 0 : as(Number.class, values.get(name)).unsigned();
        }

        /** @throws IllegalArgumentException the field is no list of texts */
        public List<String> texts(String name) {
            return list(name).stream().map(value -> as(String.class, value)).toList();
        }

        /** @throws IllegalArgumentException the field is no list of unsigned numbers of 64 bits */
        public List<Long> unsignedNumbers(String name) {
            return list(name).stream().map(value -> as(Number.class, value).unsigned()).toList();
        }

        /** @throws IllegalArgumentException the field is no object */
        public Optional<Fields> object(String name) {
            return Optional.ofNullable(values.get(name)).map(value -> as(Fields.class, value));
        }

        /** @throws IllegalArgumentException the field is no list of objects */
        public List<Fields> objects(String name) {
            return list(name).stream().map(value -> as(Fields.class, value)).toList();
        }

        /** The names of the fields, in the order of the alphabet. */
        public List<String> names() {
            return List.copyOf(values.keySet());
        }

        private List<?> list(String name) {
            return values.get(name) == null ? List.of() : as(List.class, values.get(name));
        }

        private static <T> T as(Class<T> type, Object value) {
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException("JSON value " + value + " is no " + type.getSimpleName());
            }
            return type.cast(value);
        }
    }

    /** A number as it was written. */
    private record Number(String digits) {

        long unsigned() {
            return Long.parseUnsignedLong(digits);
        }
    }

    /**
     * Reads a text that is one object.
     *
     * @throws IllegalArgumentException the text is not
     */
    public static Fields object(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        reader.blank();
        if (reader.at != text.length() || !(value instanceof Fields fields)) {
            throw reader.bad("one object");
        }
        return fields;
    }

    private Object value(int depth) {
        blank();
        if (depth > DEEPEST) {
            throw bad("less than " + DEEPEST + " levels");
        }
        return switch (peek()) {
            case '{' -> fields(depth);
            case '[' -> list(depth);
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Fields fields(int depth) {
        Fields fields = new Fields();
        at++;
        for (char next = ','; next == ','; next = separator('}')) {
            blank();
            if (fields.values.isEmpty() && peek() == '}') {
                at++;
                break;
            }
            String name = string();
            blank();
            expect(':');
            fields.values.put(name, value(depth + 1));
        }
        return fields;
    }

    private List<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        at++;
        for (char next = ','; next == ','; next = separator(']')) {
            blank();
            if (list.isEmpty() && peek() == ']') {
                at++;
                break;
            }
            list.add(value(depth + 1));
        }
        return list;
    }

    private char separator(char end) {
        blank();
        char next = peek();
        if (next != ',' && next != end) {
            throw bad("',' or '" + end + "'");
        }
        at++;
        return next;
    }

    private String string() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char next = text.charAt(at++);
            value.append(next == '\\' ? escaped() : next);
        }
        at++;
        return value.toString();
    }

    private char escaped() {
        char code = peek();
        at++;
        return switch (code) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '"', '\\', '/' -> code;
            case 'u' -> unicode();
            default -> throw bad("an escape");
        };
    }

    private char unicode() {
        if (at + 4 > text.length()) {
            throw bad("four hex digits");
        }
        at += 4;
        return (char) Integer.parseInt(text, at - 4, at, 16);
    }

    private Number number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (from == at) {
            throw bad("a value");
        }
        return new Number(text.substring(from, at));
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw bad(word);
        }
        at += word.length();
        return value;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw bad("'" + wanted + "'");
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw bad("more text");
        }
        return text.charAt(at);
    }

    private void blank() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException bad(String wanted) {
        return new IllegalArgumentException("JSON at " + at + ": expected " + wanted + " in " + text);
    }
}
