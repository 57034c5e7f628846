package io.tenon.transport.http;

import io.tenon.api.NodeControl;
import io.tenon.api.Slot;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerEndpoint;
import io.tenon.spi.transport.PeerInbox;
import io.tenon.spi.transport.PeerTransport;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches members by etcd's protocol, and serves the peer port. Begins when this member is known. A thread of its own opens the port, follows the
 * book of members and probes them.
 */
@Component(service = PeerTransport.class, immediate = true)
public final class HttpTransport implements PeerTransport, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);
    private static final int ORDER = 20;
    private static final Duration STOP = Duration.ofSeconds(2);
    static final String REMOVED = "the member has been permanently removed from the cluster";

    private final Endpoints endpoints = new Endpoints();
    private final Parts parts;
    private final Peers peers;
    private final NodeControl node;
    private final SnapshotSender sender;
    private final SnapshotReceiver receiver;
    private final PeerBook.Registration registration;
    private final ScheduledExecutorService keeper;
    private volatile Optional<PeerPort> port = Optional.empty();
    private volatile boolean closed;

    /** What the kernel offers a transport. */
    record Kernel(LocalMember self, PeerInbox inbox, PeerBook book, NodeControl node) {
    }

    @Activate
    public HttpTransport(@Reference LocalMember self, @Reference NodeConfig config, @Reference HttpCalls calls,
                         @Reference(target = Slot.TARGET) PeerInbox inbox, @Reference(target = Slot.TARGET) PeerBook book,
                         @Reference(target = Slot.TARGET) NodeControl node) {
        this(new Kernel(self, inbox, book, node), new Identity(self, config.compat(), texts(config.urls().initialAdvertisePeer())),
                new Connector(calls.tls(), HttpCalls.connectLimit(config)), calls, config.urls().listenPeer());
    }

    HttpTransport(Kernel kernel, Identity identity, Connector connector, HttpCalls calls, List<URI> listen) {
        node = kernel.node();
        var delivery = new Delivery(identity, kernel.book(), kernel.inbox());
        parts = new Parts(identity, connector, calls, delivery, kernel.inbox(), () -> node.finish(REMOVED));
        peers = new Peers(parts, kernel.book());
        sender = new SnapshotSender(parts);
        receiver = new SnapshotReceiver(parts);
        var prober = new Prober(calls, peers);
        keeper = Executors.newSingleThreadScheduledExecutor(
                work -> Thread.ofPlatform().daemon().name("tenon-peer-keeper-" + identity.hex()).unstarted(work));
        keeper.execute(() -> open(listen));
        registration = kernel.book().onChange(this::bookChanged);
        peers.update();
        long probeMillis = Prober.INTERVAL.toMillis();
        keeper.scheduleWithFixedDelay(() -> guarded(prober::probe), probeMillis, probeMillis, TimeUnit.MILLISECONDS);
        keeper.scheduleWithFixedDelay(() -> guarded(sender::giveUpStalled), probeMillis, probeMillis, TimeUnit.MILLISECONDS);
    }

    private static String texts(List<URI> urls) {
        return urls.stream().map(URI::toString).collect(Collectors.joining(","));
    }

    /** On the apply loop. */
    private void bookChanged() {
        try {
            keeper.execute(() -> guarded(peers::update));
        } catch (RejectedExecutionException stopped) {
            LOG.debug("stopped already", stopped);
        }
    }

    /** A round that fails must not be the last one. */
    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException bug) {
            LOG.error("keeping up with peers failed", bug);
        }
    }

    private void open(List<URI> listen) {
        try {
            PeerPort opened = PeerPort.open(listen, new RaftHandler(parts, peers, receiver, new EndpointHandler(endpoints)),
                    parts.connector().tls());
            port = Optional.of(opened);
            LOG.info("serving peer traffic member={} addresses={}", parts.identity().hex(), opened.addresses());
        } catch (PortException e) {
            if (!closed) {
                node.fail(e.getMessage());
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the peer port cannot be opened", e);
            node.fail("the peer port cannot be opened: " + e);
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindEndpoint(PeerEndpoint endpoint) {
        endpoints.put(endpoint);
    }

    void unbindEndpoint(PeerEndpoint endpoint) {
        endpoints.remove(endpoint);
    }

    /** Where the peer port listens; empty until it is open. */
    List<InetSocketAddress> addresses() {
        return port.map(PeerPort::addresses).orElse(List.of());
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public boolean reaches(long member) {
        return !closed && peers.find(member).isPresent();
    }

    /** Whether streams stand to this member and from it. */
    boolean isConnected(long member) {
        return !closed && peers.findMember(member).filter(Peer::isConnected).isPresent();
    }

    /** What was exchanged with this member; empty when it is none. */
    Optional<Traffic> traffic(long member) {
        return peers.find(member).map(Peer::traffic);
    }

    @Override
    public OptionalLong connectedForNanos(long member) {
        return peers.findMember(member).map(Peer::connectedForNanos).orElse(OptionalLong.empty());
    }

    @Override
    public void send(List<Message> messages) {
        Set<Long> lost = new TreeSet<>();
        Set<Peer> sent = new LinkedHashSet<>();
        for (Message message : messages) {
            Optional<Peer> to = closed ? Optional.empty() : peers.find(message.to());
            if (to.isEmpty() || !to.get().offer(message)) {
                lost.add(message.to());
            }
            to.ifPresent(sent::add);
        }
        sent.forEach(Peer::wake);
        lost.forEach(parts.inbox()::unreachable);
    }

    @Override
    public void sendSnapshot(OutgoingSnapshot snapshot) {
        sender.send(snapshot, closed ? Optional.empty() : peers.find(snapshot.message().to()));
    }

    /** Breaks all connections off and joins the threads, in bounded time. Idempotent. */
    @Deactivate
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        Deadline deadline = Deadline.in(STOP);
        registration.close();
        keeper.shutdown();
        try {
            // The port may be about to open.
            if (!keeper.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the peer port's thread does not end member={}", parts.identity().hex());
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        port.ifPresent(PeerPort::close);
        peers.close(deadline);
        sender.close(deadline);
        receiver.close(deadline);
        LOG.info("stopped serving peer traffic member={}", parts.identity().hex());
    }
}
