package io.tenon.launcher.log;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A log line that is decided on before logging is set up, or that ends the process.
 *
 * @param fields by name, in the order to show
 */
public record Line(Severity severity, String text, Map<String, String> fields) {

    /** How bad. */
    public enum Severity { INFO, WARN, ERROR, FATAL }

    public Line(Severity severity, String text) {
        this(severity, text, Map.of());
    }

    /** The flags are not to be obeyed; etcd's words. */
    public static Line unverified(String error) {
        return new Line(Severity.WARN, "failed to verify flags").with("error", error);
    }

    /** The same line with one more field. */
    public Line with(String name, String value) {
        var more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Line(severity, text, more);
    }
}
