package io.tenon.chaos.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before one member's peer port; everything that other members send it or take from it passes here. */
public final class PeerProxy implements Closeable {
    private static final int BACKLOG = 128;
    private final String member;
    private final int peerPort;
    private final Links links;
    private final ServerSocket socket;
    private final Set<PeerConnection> open = ConcurrentHashMap.newKeySet();

    /** @param port that peers are told */
    public PeerProxy(String member, int port, int peerPort, Links links) {
        this.member = member;
        this.peerPort = peerPort;
        this.links = links;
        try {
            socket = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().name("proxy-" + member).start(this::accept);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(closed);
                }
            }
        }
    }

    private void serve(Socket client) {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), peerPort);
        } catch (IOException memberIsDown) {
            closeQuietly(client);
            return;
        }
        PeerConnection connection = new PeerConnection(client, server, member, links);
        open.add(connection);
        try {
            connection.run();
        } finally {
            open.remove(connection);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // That was the wish.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        open.forEach(PeerConnection::close);
    }
}
