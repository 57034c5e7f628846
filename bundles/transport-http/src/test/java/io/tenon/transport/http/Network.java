package io.tenon.transport.http;

import io.tenon.api.NodeControl;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerInbox;
import io.tenon.spi.transport.PeerTransport;
import io.tenon.testkit.transport.PeerNetwork;
import io.tenon.transport.http.tls.PeerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Members on loopback ports that were free a moment ago. */
final class Network implements PeerNetwork {
    static final long CLUSTER = 0xa223a46688bd050bL;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    private final Map<Long, URI> urls = new TreeMap<>();
    private final PeerTls tls;

    Network(List<Long> members) throws IOException {
        this(members, "http", PeerTls.none());
    }

    /** Every member with the same certificates. */
    Network(List<Long> members, String scheme, PeerTls tls) throws IOException {
        this.tls = tls;
        List<ServerSocket> held = new ArrayList<>();
        for (long member : members) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            urls.put(member, URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort()));
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
    }

    URI url(long member) {
        return urls.get(member);
    }

    List<PeerAddress> addresses() {
        return urls.entrySet().stream().map(member -> new PeerAddress(member.getKey(), List.of(member.getValue()))).toList();
    }

    /** A member with parts that a test can touch. */
    record Member(HttpTransport transport, HttpCalls calls, FixedBook book) implements AutoCloseable {
        @Override
        public void close() {
            transport.close();
            calls.close();
        }
    }

    Member start(long member, PeerInbox inbox, NodeControl node) {
        FixedBook book = new FixedBook();
        book.write(addresses());
        return start(member, inbox, node, book);
    }

    Member start(long member, PeerInbox inbox, NodeControl node, FixedBook book) {
        LocalMember self = new LocalMember(member, CLUSTER);
        HttpCalls calls = new HttpCalls(tls, CONNECT_LIMIT);
        HttpTransport transport = new HttpTransport(new HttpTransport.Kernel(self, inbox, book, node),
                new Identity(self, Compat.V3_5, urls.get(member).toString()), new Connector(tls, CONNECT_LIMIT), calls,
                List.of(urls.get(member)));
        return new Member(transport, calls, book);
    }

    @Override
    public Endpoint open(long member, PeerInbox inbox) {
        Member started = start(member, inbox, new NoControl());
        return new Endpoint(new Settled(started.transport()), started::close);
    }

    /** Fails the test's thread by an exception in the transport: no test of these ends a node. */
    private static final class NoControl implements NodeControl {
        @Override
        public void fail(String message) {
            throw new IllegalStateException(message);
        }

        @Override
        public void finish(String message) {
            throw new IllegalStateException(message);
        }
    }

    /** A member counts as reached when streams stand both ways: single requests hold a few messages only. */
    private record Settled(HttpTransport transport) implements PeerTransport {
        @Override
        public String name() {
            return transport.name();
        }

        @Override
        public int order() {
            return transport.order();
        }

        @Override
        public boolean reaches(long member) {
            return transport.reaches(member) && transport.isConnected(member);
        }

        @Override
        public void send(List<Message> messages) {
            transport.send(messages);
        }

        @Override
        public OptionalLong connectedForNanos(long member) {
            return transport.connectedForNanos(member);
        }

        @Override
        public void sendSnapshot(OutgoingSnapshot snapshot) {
            transport.sendSnapshot(snapshot);
        }
    }
}
