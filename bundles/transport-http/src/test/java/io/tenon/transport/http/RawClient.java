package io.tenon.transport.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sends bytes and shows the answer as it came. */
final class RawClient {
    private static final int LIMIT_MILLIS = 30_000;

    private RawClient() {
    }

    /** @param headers as written, without {@code Date} and {@code Content-Length} */
    record Answer(int status, Map<String, String> headers, String body) {
    }

    /** One request on a connection that the server closes after the answer. */
    static Answer send(InetSocketAddress address, String request, Map<String, String> headers, byte[] body) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            StringBuilder head = new StringBuilder(request + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
            headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            if (body.length > 0) {
                head.append("Content-Length: ").append(body.length).append("\r\n");
            }
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            return parse(socket.getInputStream());
        }
    }

    private static Answer parse(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = ResponseHead.readLine(in, 10_000); !line.isEmpty(); line = ResponseHead.readLine(in, 10_000)) {
            lines.add(line);
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
        }
        String body = headers.containsKey("Transfer-Encoding") ? chunked(in) : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        headers.remove("Date");
        headers.remove("Content-Length");
        return new Answer(Integer.parseInt(lines.getFirst().split(" ")[1]), headers, body);
    }

    private static String chunked(InputStream in) {
        StringBuilder body = new StringBuilder();
        ChunkedInput chunks = new ChunkedInput(in);
        try {
            for (int one = chunks.read(); one >= 0; one = chunks.read()) {
                body.append((char) one);
            }
        } catch (IOException aborted) {
            body.append("<<connection aborted>>");
        }
        return body.toString();
    }
}
