package io.tenon.transport.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.SequencedMap;

/**
 * One request and its answer over a connection of its own, on the thread that asks: no other one stands between the socket and what reads it.
 */
final class Connection implements Closeable {
    private static final int BUFFER_BYTES = 64 << 10;
    /** What is read of the text of a refusal. */
    private static final int MOST_TEXT_BYTES = 4 << 10;

    private final Socket socket;
    private final String authority;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket socket, String authority) throws IOException {
        this.socket = socket;
        this.authority = authority;
        in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES + 32);
    }

    /** How long a read may wait for the next byte. */
    void readLimit(Duration limit) throws IOException {
        socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
    }

    /** Sends a request without a body. */
    void get(String path, SequencedMap<String, String> headers) throws IOException {
        writeHead("GET " + path, headers);
        out.flush();
    }

    /** Sends the head of a request, and answers where its body is written. */
    ChunkedOutput post(String path, SequencedMap<String, String> headers, Runnable progress) throws IOException {
        headers.put("Transfer-Encoding", "chunked");
        writeHead("POST " + path, headers);
        return new ChunkedOutput(out, progress);
    }

    private void writeHead(String request, Map<String, String> headers) throws IOException {
        StringBuilder head = new StringBuilder(request).append(" HTTP/1.1\r\nHost: ").append(authority).append("\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    ResponseHead readHead() throws IOException {
        return ResponseHead.read(in);
    }

    /** The body of an answer that has no length: it goes on until the peer ends it. */
    InputStream body(ResponseHead head) {
        return "chunked".equalsIgnoreCase(head.header("Transfer-Encoding")) ? new ChunkedInput(in) : in;
    }

    /** The text of a refusal, as far as it is short. */
    String text(ResponseHead head) throws IOException {
        String length = head.header("Content-Length");
        int most = length.matches("[0-9]{1,4}") ? Math.min(Integer.parseInt(length), MOST_TEXT_BYTES) : MOST_TEXT_BYTES;
        return new String(body(head).readNBytes(most), StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
