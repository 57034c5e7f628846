package io.tenon.edge.json;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers to the letter as etcd's HTTP server gives them. */
final class Text {
    static final String PLAIN = "text/plain; charset=utf-8";
    static final String JSON = "application/json";

    private Text() {
    }

    static void answer(Response response, String contentType, String body, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        Content.Sink.write(response, true, body, callback);
    }

    /** Ends with a newline, and no browser may take it for anything but text. */
    static void plain(Response response, int status, String body, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        answer(response, PLAIN, body + "\n", callback);
    }

    /** A string as a JSON literal, escaped as Go's encoder escapes it. */
    static String json(String value) {
        var out = new StringBuilder(value.length() + 2).append('"');
        value.chars().forEach(character -> {
            switch (character) {
                case '"', '\\' -> out.append('\\').append((char) character);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '<', '>', '&' -> out.append("\\u%04x".formatted(character));
                default -> out.append(character < ' ' ? "\\u%04x".formatted(character) : String.valueOf((char) character));
            }
        });
        return out.append('"').toString();
    }
}
