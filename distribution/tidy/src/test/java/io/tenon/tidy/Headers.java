package io.tenon.tidy;

import java.util.ArrayList;
import java.util.List;

/** Reads OSGi manifest headers: clauses parted by commas, parameters by semicolons, both possibly within quotes. */
final class Headers {

    private Headers() {}

    /** The names of a header's clauses without attributes and directives; none for a header that is absent ({@code null}). */
    static List<String> names(String header) {
        var names = new ArrayList<String>();
        if (header == null || header.isBlank()) {
            return names;
        }
        for (String clause : split(header, ',')) {
            for (String part : split(clause, ';')) {
                if (part.indexOf('=') < 0) {
                    names.add(part.strip());
                }
            }
        }
        return names;
    }

    private static List<String> split(String text, char separator) {
        var parts = new ArrayList<String>();
        boolean quoted = false;
        int from = 0;
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) == '"') {
                quoted = !quoted;
            } else if (text.charAt(at) == separator && !quoted) {
                parts.add(text.substring(from, at));
                from = at + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }
}
