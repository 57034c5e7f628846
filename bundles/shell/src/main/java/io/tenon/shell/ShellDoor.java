package io.tenon.shell;

import io.tenon.api.config.NodeConfig;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the user of this process, and root, give commands to the running node through a Unix domain socket. Who can do that owns the node
 * anyway. Each connection is a Gogo session with a thread of its own.
 */
@Component(service = {}, immediate = true)
public final class ShellDoor {
    /** Sessions at once; one more is turned away. */
    static final int MOST_SESSIONS = 8;
    private static final Logger LOG = LoggerFactory.getLogger(ShellDoor.class);
    private static final int MOST_WAITING = 4;
    private static final Duration STOP = Duration.ofSeconds(1);
    /** Before the next attempt: what lacks, descriptors as a rule, lacks for a while. */
    private static final Duration AFTER_FAILURE = Duration.ofMillis(200);

    private final CommandProcessor processor;
    private final Optional<Path> socket;
    private final Map<SocketChannel, Guest> sessions = new ConcurrentHashMap<>();
    private volatile Optional<ServerSocketChannel> server = Optional.empty();

    private record Guest(ShellSession session, Thread thread) {
    }

    @Activate
    public ShellDoor(BundleContext bundles, @Reference CommandProcessor processor, @Reference NodeConfig config) {
        this(processor, DoorPlace.of(Optional.ofNullable(bundles.getProperty(DoorPlace.PROPERTY)), config.dataDirectory()));
    }

    /** Opens the socket; a node that cannot is served without. */
    ShellDoor(CommandProcessor processor, Optional<Path> socket) {
        this.processor = processor;
        this.socket = socket;
        socket.ifPresent(this::open);
    }

    private void open(Path path) {
        try {
            DoorPlace.prepare(path);
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.bind(UnixDomainSocketAddress.of(path), MOST_WAITING);
                DoorPlace.close(path);
            } catch (IOException failure) {
                channel.close();
                throw failure;
            }
            server = Optional.of(channel);
            String owner = Files.getOwner(path).getName();
            Thread.ofPlatform().daemon().name("tenon-shell-door").start(() -> accept(channel, owner));
            LOG.info("shell is reached by bin/tenon-shell socket=\"{}\"", path);
        } catch (IOException | RuntimeException failure) {
            LOG.warn("no shell on this node, set {} to a shorter path or to \"off\" socket=\"{}\" reason=\"{}\"", DoorPlace.PROPERTY, path,
                    failure.getMessage());
        }
    }

    private void accept(ServerSocketChannel channel, String owner) {
        while (channel.isOpen()) {
            try {
                welcome(channel.accept(), owner);
            } catch (ClosedChannelException stopped) {
                LOG.debug("the shell's socket is closed");
            } catch (IOException failure) {
                LOG.warn("no shell connection can be taken reason=\"{}\"", failure.getMessage());
                LockSupport.parkNanos(AFTER_FAILURE.toNanos());
            }
        }
        // One that came in while the door was being closed.
        sessions.keySet().forEach(ShellDoor::closeQuietly);
    }

    /** What is wrong with one connection ends that one alone. */
    private void welcome(SocketChannel channel, String owner) {
        try {
            admit(channel, owner);
        } catch (IOException | RuntimeException failure) {
            closeQuietly(channel);
            LOG.warn("a shell session did not begin reason=\"{}\"", failure.getMessage());
        }
    }

    private void admit(SocketChannel channel, String owner) throws IOException {
        boolean admitted = Caller.of(channel).mayEnter(owner);
        if (!admitted || sessions.size() >= MOST_SESSIONS) {
            LOG.warn("a shell connection was turned away sessions={} user-allowed={}", sessions.size(), admitted);
            channel.close();
            return;
        }
        ShellSession session = new ShellSession(processor, channel);
        Thread thread = Thread.ofPlatform().daemon().name("tenon-shell").unstarted(() -> serve(channel, session));
        sessions.put(channel, new Guest(session, thread));
        thread.start();
    }

    private void serve(SocketChannel channel, ShellSession session) {
        try (channel; session) {
            session.run();
        } catch (IOException gone) {
            LOG.debug("a shell connection ended reason=\"{}\"", gone.getMessage());
        } finally {
            sessions.remove(channel);
        }
    }

    /** Ends all sessions. One in the middle of a command, which may be the one that stops this bundle, ends after it. */
    @Deactivate
    void close() {
        server.ifPresent(ShellDoor::closeQuietly);
        sessions.keySet().forEach(ShellDoor::closeQuietly);
        for (Guest guest : sessions.values()) {
            try {
                if (!guest.session().isBusy() && !guest.thread().join(STOP)) {
                    LOG.warn("a shell session does not end");
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        socket.filter(_ -> server.isPresent()).ifPresent(path -> {
            try {
                Files.deleteIfExists(path);
            } catch (IOException failure) {
                LOG.warn("the shell's socket cannot be removed socket=\"{}\" reason=\"{}\"", path, failure.getMessage());
            }
        });
    }

    private static void closeQuietly(java.nio.channels.Channel channel) {
        try {
            channel.close();
        } catch (IOException failure) {
            LOG.debug("closing a shell connection failed reason=\"{}\"", failure.getMessage());
        }
    }
}
