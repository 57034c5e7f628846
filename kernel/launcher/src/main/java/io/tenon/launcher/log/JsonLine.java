package io.tenon.launcher.log;

import java.util.regex.Pattern;

/** Builds one JSON object on one line. */
final class JsonLine {

    /** Short enough to be exact in every JSON reader; longer digits are ids, which must not change their type by chance. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,9})?");

    private final StringBuilder line = new StringBuilder(256).append('{');

    JsonLine text(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    /** A number or a boolean if it looks like one. */
    JsonLine plain(String name, String value) {
        if (value.equals("true") || value.equals("false") || NUMBER.matcher(value).matches()) {
            name(name);
            line.append(value);
            return this;
        }
        return text(name, value);
    }

    private void name(String name) {
        if (line.length() > 1) {
            line.append(',');
        }
        quote(name);
        line.append(':');
    }

    private void quote(String value) {
        line.append('"');
        for (int at = 0; at < value.length(); at++) {
            char each = value.charAt(at);
            switch (each) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (each < 0x20 || each == 0x7f || Character.isSurrogate(each) && !isPaired(value, at)) {
                        line.append(String.format("\\u%04x", (int) each));
                    } else {
                        line.append(each);
                    }
                }
            }
        }
        line.append('"');
    }

    private static boolean isPaired(String value, int at) {
        return Character.isHighSurrogate(value.charAt(at))
                ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }

    String end() {
        return line.append("}\n").toString();
    }
}
