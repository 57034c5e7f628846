package io.tenon.transport.local;

import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.Slot;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.MalformedMessageException;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerInbox;
import io.tenon.spi.transport.PeerMessages;
import io.tenon.spi.transport.PeerTransport;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches the members of the same network in this JVM. Messages travel encoded, as they would over a wire, because class spaces differ. One
 * thread brings what arrives to the inbox; each snapshot has a thread at either end.
 */
@Component(name = LocalTransport.COMPONENT, service = PeerTransport.class, immediate = true, enabled = false)
public final class LocalTransport implements PeerTransport, AutoCloseable {
    static final String COMPONENT = "io.tenon.transport.local";
    private static final Logger LOG = LoggerFactory.getLogger(LocalTransport.class);
    private static final int ORDER = 10;
    /** Messages of one sender before it is the next one's turn. */
    private static final int SHARE = 64;
    /** How long a stop waits for the inbox to give the thread back. */
    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final LocalMember self;
    private final PeerInbox inbox;
    private final Compat compat;
    private final Mailbox mailbox = Mailbox.create();
    private final Rendezvous rendezvous;
    private final Snapshots snapshots;
    private final Thread receiver;
    /** Members of which the log says that they cannot be reached. */
    private final Set<Long> lostSight = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    @Activate
    public LocalTransport(BundleContext bundles, @Reference LocalMember self, @Reference(target = Slot.TARGET) PeerInbox inbox,
                          @Reference NodeConfig config) {
        this(Switch.network(bundles).orElseThrow(), self, inbox, config.compat());
    }

    /**
     * Joins the network.
     *
     * @throws IllegalStateException another member with this id is in it
     */
    LocalTransport(String network, LocalMember self, PeerInbox inbox, Compat compat) {
        this.self = self;
        this.inbox = inbox;
        this.compat = compat;
        snapshots = new Snapshots(Long.toHexString(self.memberId()), inbox);
        rendezvous = new Rendezvous(network, self);
        rendezvous.join(mailbox);
        receiver = Thread.ofPlatform().daemon().name("tenon-local-" + Long.toHexString(self.memberId())).start(this::receive);
        LOG.info("joined the local network member={} network={}", Long.toHexString(self.memberId()), network);
    }

    @Override
    public String name() {
        return "local";
    }

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public boolean reaches(long member) {
        return find(member).isPresent();
    }

    private Optional<Mailbox> find(long member) {
        return closed ? Optional.empty() : rendezvous.find(member);
    }

    @Override
    public void send(List<Message> messages) {
        Set<Long> lost = new TreeSet<>();
        for (Message message : messages) {
            Optional<Mailbox> to = find(message.to());
            if (to.isEmpty() || !to.get().put(self.memberId(), PeerMessages.encode(message, compat))) {
                lost.add(message.to());
            } else if (!lostSight.isEmpty() && lostSight.remove(message.to())) {
                LOG.info("member is reached again member={} to={}", Long.toHexString(self.memberId()), Long.toHexString(message.to()));
            }
        }
        lost.forEach(this::unreachable);
    }

    private void unreachable(long member) {
        if (lostSight.add(member)) {
            LOG.info("messages are lost member={} to={}", Long.toHexString(self.memberId()), Long.toHexString(member));
        }
        inbox.unreachable(member);
    }

    @Override
    public void sendSnapshot(OutgoingSnapshot snapshot) {
        snapshots.send(snapshot, SnapshotPipe.of(PeerMessages.encode(snapshot.message(), compat)), find(snapshot.message().to()));
    }

    private void receive() {
        Mailbox.Taker taker = new Mailbox.Taker() {
            @Override
            public void message(byte[] encoded) {
                bring(encoded);
            }

            @Override
            public void snapshot(SnapshotPipe pipe) {
                snapshots.receive(pipe);
            }
        };
        while (mailbox.isOpen()) {
            mailbox.take(SHARE, taker);
        }
    }

    /** Whether the inbox takes it is its own affair: what it drops consensus repeats. */
    private void bring(byte[] encoded) {
        try {
            inbox.receive(PeerMessages.decode(UnsafeByteOperations.unsafeWrap(encoded)));
        } catch (MalformedMessageException malformed) {
            LOG.error("a message that cannot be read is dropped member={} reason=\"{}\"", Long.toHexString(self.memberId()),
                    malformed.getMessage());
        }
    }

    /** Leaves the network: from now on nobody reaches this member, and what was under way is lost. Idempotent. */
    @Deactivate
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        rendezvous.leave();
        mailbox.close().forEach(pipe -> pipe.end(false));
        snapshots.close(STOP_MILLIS);
        try {
            if (Thread.currentThread() != receiver && !receiver.join(java.time.Duration.ofMillis(STOP_MILLIS))) {
                LOG.warn("the inbox keeps the receiving thread member={}", Long.toHexString(self.memberId()));
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        LOG.info("left the local network member={}", Long.toHexString(self.memberId()));
    }
}
