package io.tenon.transport.http;

import com.google.protobuf.ByteString;
import io.tenon.spi.transport.PeerAnswer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes answers as Go's HTTP server gives them. */
final class Answers {
    static final PeerAnswer NOT_FOUND = PeerAnswer.text(404, "404 page not found");
    private static final int METHOD_NOT_ALLOWED = 405;

    private Answers() {
    }

    static PeerAnswer methodNotAllowed(String allowed) {
        PeerAnswer text = PeerAnswer.text(METHOD_NOT_ALLOWED, "Method Not Allowed");
        Map<String, String> headers = new TreeMap<>(text.headers());
        headers.put("Allow", allowed);
        return new PeerAnswer(METHOD_NOT_ALLOWED, headers, text.body());
    }

    static PeerAnswer empty(int status) {
        return new PeerAnswer(status, Map.of(), ByteString.EMPTY);
    }

    static void write(PeerAnswer answer, Response response, Callback callback) {
        prepare(answer, response);
        if (answer.body().isEmpty()) {
            callback.succeeded();
        } else {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().size());
            response.write(true, answer.body().asReadOnlyByteBuffer(), callback);
        }
    }

    private static void prepare(PeerAnswer answer, Response response) {
        response.setStatus(answer.status());
        // Sorted: the order of an immutable map changes from run to run.
        new TreeMap<>(answer.headers()).forEach((name, value) -> response.getHeaders().put(name, value));
    }

    /** Answers a text and breaks the connection off after it, which is what etcd does when it does not take a message. */
    static void writeAndBreakOff(PeerAnswer answer, Response response, Callback callback) {
        prepare(answer, response);
        // Said even to a peer that closes the connection anyway: chunks are how it sees that the answer breaks off.
        response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, "chunked");
        ByteBuffer body = answer.body().asReadOnlyByteBuffer();
        response.write(false, body, Callback.from(() -> callback.failed(new MessageRefusedException()), callback::failed));
    }

    /** What Jetty is told when a connection is to be broken off on purpose. */
    private static final class MessageRefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        MessageRefusedException() {
            super("message refused", null, false, false);
        }
    }
}
