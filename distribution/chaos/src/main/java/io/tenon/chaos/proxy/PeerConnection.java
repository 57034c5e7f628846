package io.tenon.chaos.proxy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;

/**
 * One connection to a member's peer port. Requests are read one by one, because probes, which do not tell their sender, share connections with
 * messages, which do. What goes with the request is on the way from its sender to the member, what comes back on the other one: so a message
 * stream, which the receiver asks for, is cut by cutting the way from the member to the one who asked.
 */
final class PeerConnection {
    private static final int BUFFER_BYTES = 64 << 10;
    private final Socket client;
    private final Socket server;
    private final Optional<String> member;
    private final Links links;
    private volatile Optional<String> senderId = Optional.empty();

    PeerConnection(Socket client, Socket server, String member, Links links) {
        this.client = client;
        this.server = server;
        this.member = Optional.of(member);
        this.links = links;
    }

    /** Until either side ends. */
    void run() {
        Thread answers = Thread.ofVirtual().start(this::answers);
        try {
            requests();
            // Whoever has no more requests may still wait for an answer.
            server.shutdownOutput();
            answers.join();
        } catch (IOException ended) {
            // An end, not a failure: processes are killed on purpose.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private void requests() throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(client.getInputStream(), BUFFER_BYTES);
        OutputStream out = server.getOutputStream();
        for (Optional<RequestHead> head = RequestHead.read(in); head.isPresent(); head = RequestHead.read(in)) {
            senderId = head.get().sender().or(() -> senderId);
            links.pass(sender(), member, this::isOpen);
            out.write(head.get().bytes());
            if (head.get().isChunked()) {
                chunks(in, out);
            } else {
                body(in, out, head.get().contentLength());
            }
        }
    }

    private Optional<String> sender() {
        return senderId.flatMap(links::name);
    }

    private void body(InputStream in, OutputStream out, long length) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long left = length; left > 0;) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new IOException("end within a request's body");
            }
            links.pass(sender(), member, this::isOpen);
            out.write(buffer, 0, count);
            left -= count;
        }
    }

    private void chunks(InputStream in, OutputStream out) throws IOException, InterruptedException {
        long size = -1;
        while (size != 0) {
            StringBuilder line = line(in, out);
            int extension = line.indexOf(";");
            size = Long.parseLong(line.substring(0, extension < 0 ? line.length() : extension).strip(), 16);
            body(in, out, size);
            if (size > 0) {
                line(in, out);
            }
        }
        while (!line(in, out).isEmpty()) {
            // Trailers pass as they are.
        }
    }

    /** Passes a line on and answers it without its end. */
    private static StringBuilder line(InputStream in, OutputStream out) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("end within a chunked body");
            }
            out.write(next);
            if (next == '\n') {
                return line;
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
    }

    private void answers() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                links.pass(member, sender(), this::isOpen);
                out.write(buffer, 0, count);
            }
        } catch (IOException ended) {
            // The other thread sees it too.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private boolean isOpen() {
        return !client.isClosed() && !server.isClosed();
    }

    void close() {
        for (Socket socket : new Socket[] {client, server}) {
            try {
                socket.close();
            } catch (IOException gone) {
                // That was the wish.
            }
        }
    }
}
