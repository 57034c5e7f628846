package io.tenon.transport.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The head of an HTTP/1.1 answer.
 *
 * @param headers by name in lower case; of a name that comes twice the first
 */
record ResponseHead(int status, Map<String, String> headers) {
    private static final int MOST_BYTES = 64 << 10;
    private static final int OK = 200;

    /** The value of a header; empty when it is missing. */
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Reads the head that comes next, past those that only say "go on". */
    static ResponseHead read(InputStream in) throws IOException {
        ResponseHead head = readOne(in);
        while (head.status() < OK) {
            head = readOne(in);
        }
        return head;
    }

    private static ResponseHead readOne(InputStream in) throws IOException {
        List<String> lines = readLines(in);
        if (lines.isEmpty()) {
            throw new ProtocolException("an answer without a status");
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.putIfAbsent(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
        }
        return new ResponseHead(status(lines.getFirst()), headers);
    }

    private static int status(String line) throws ProtocolException {
        String[] parts = line.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-9][0-9]{2}")) {
            throw new ProtocolException("not an answer of HTTP/1.1: " + line.substring(0, Math.min(line.length(), 40)));
        }
        return Integer.parseInt(parts[1]);
    }

    private static List<String> readLines(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        int left = MOST_BYTES;
        for (String line = readLine(in, left); !line.isEmpty(); line = readLine(in, left)) {
            left -= line.length();
            lines.add(line);
        }
        return lines;
    }

    /** One line without its end. */
    static String readLine(InputStream in, int mostBytes) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int one = in.read(); one != '\n'; one = in.read()) {
            if (one < 0) {
                throw new EOFException("the peer closed the connection");
            }
            if (line.length() >= mostBytes) {
                throw new ProtocolException("a line of the answer is too long");
            }
            line.append((char) one);
        }
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
            line.setLength(length - 1);
        }
        return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
