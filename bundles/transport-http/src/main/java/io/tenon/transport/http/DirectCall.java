package io.tenon.transport.http;

import com.google.protobuf.ByteString;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** A small request over a connection of its own, for hosts that the JDK's client refuses because their name has an underscore. One thread. */
record DirectCall(Connector connector, Socket socket) {

    /** Blocks until there is an answer; whoever closes the socket breaks it off. */
    PeerAnswer ask(URI base, PeerRequest request, Duration limit) throws IOException {
        try (Connection connection = connector.connect(socket, base)) {
            connection.readLimit(limit);
            send(connection, request);
            ResponseHead head = connection.readHead();
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.putAll(head.headers());
            return new PeerAnswer(head.status(), headers, body(connection, head));
        }
    }

    private static void send(Connection connection, PeerRequest request) throws IOException {
        SequencedMap<String, String> headers = new LinkedHashMap<>(request.headers());
        headers.put("Connection", "close");
        String path = request.query().isEmpty() ? request.path() : request.path() + "?" + request.query();
        if (request.method().equals("GET")) {
            connection.get(path, headers);
        } else {
            try (ChunkedOutput body = connection.post(path, headers, () -> { })) {
                request.body().writeTo(body);
                body.finish();
            }
        }
    }

    private static ByteString body(Connection connection, ResponseHead head) throws IOException {
        InputStream in = connection.body(head);
        String told = head.header("Content-Length");
        int most = told.matches("[0-9]{1,8}") ? Integer.parseInt(told) : HttpCalls.MOST_ANSWER_BYTES;
        byte[] body = in.readNBytes(Math.min(most, HttpCalls.MOST_ANSWER_BYTES));
        if (!told.isEmpty() && body.length < most) {
            throw new EOFException("the connection was closed within an answer");
        }
        return ByteString.copyFrom(body);
    }
}
