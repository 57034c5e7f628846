package io.tenon.shell;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/**
 * One connection. The client sends a command a line; the answer is what the command printed and returned, a zero byte, {@code 0} or {@code 1}
 * for success or failure, and a line feed. Used by one thread.
 */
final class ShellSession implements AutoCloseable {
    private static final int MOST_LINE_BYTES = 64 << 10;
    private static final int END = 0;

    private final InputStream in;
    private final OutputStream raw;
    private final PrintStream out;
    private final CommandSession session;
    private volatile boolean busy;

    ShellSession(CommandProcessor processor, SocketChannel channel) {
        in = new BufferedInputStream(Channels.newInputStream(channel));
        raw = new BufferedOutputStream(Channels.newOutputStream(channel));
        out = new PrintStream(new WithoutEnd(raw), false, StandardCharsets.UTF_8);
        // Commands read nothing: the connection carries commands alone.
        session = processor.createSession(InputStream.nullInputStream(), out, out);
        // Where a command without a scope is looked for first: ours take bundles by name.
        session.put("SCOPE", "tenon:felix:gogo:*");
    }

    /** Until the client hangs up. */
    void run() throws IOException {
        for (Optional<String> line = readLine(); line.isPresent(); line = readLine()) {
            boolean done = execute(line.get());
            if (out.checkError()) {
                throw new IOException("the client is gone");
            }
            raw.write(END);
            raw.write(done ? '0' : '1');
            raw.write('\n');
            raw.flush();
        }
    }

    /** True while a command runs. */
    boolean isBusy() {
        return busy;
    }

    private boolean execute(String line) {
        busy = true;
        try {
            Object result = session.execute(line);
            String text = result == null ? "" : session.format(result, Converter.INSPECT).toString();
            if (!text.isBlank()) {
                out.println(text);
            }
            return true;
        } catch (Exception failure) {
            // Whatever a command throws is its answer.
            out.println(failure.getMessage() == null ? failure.toString() : failure.getMessage());
            return false;
        } finally {
            busy = false;
        }
    }

    private Optional<String> readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return Optional.of(line.toString(StandardCharsets.UTF_8));
            }
            if (line.size() == MOST_LINE_BYTES) {
                throw new IOException("a command is longer than " + MOST_LINE_BYTES + " bytes");
            }
            line.write(next);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        session.close();
    }

    /** Keeps what a command prints from looking like the end of its answer. */
    private static final class WithoutEnd extends FilterOutputStream {

        WithoutEnd(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one == END ? '?' : one);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            byte[] text = Arrays.copyOfRange(bytes, from, from + length);
            for (int at = 0; at < length; at++) {
                text[at] = text[at] == END ? (byte) '?' : text[at];
            }
            out.write(text);
        }
    }
}
