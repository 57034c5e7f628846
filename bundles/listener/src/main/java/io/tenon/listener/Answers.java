package io.tenon.listener;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Short answers as Go's HTTP server gives them. */
final class Answers {
    static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    private Answers() {
    }

    /** A text that browsers must not take for anything else. */
    static void error(Response response, int status, String text, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, PLAIN_TEXT);
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        Content.Sink.write(response, true, text + "\n", callback);
    }
}
