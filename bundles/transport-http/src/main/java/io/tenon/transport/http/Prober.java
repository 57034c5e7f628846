package io.tenon.transport.http;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks each peer now and then what time it is: how long that takes, and how far its clock is off. */
final class Prober {
    static final Duration INTERVAL = Duration.ofSeconds(4);
    private static final Duration LARGEST_DIFFERENCE = Duration.ofSeconds(1);
    /** A clock stays wrong for longer than a log should hear of it each time. */
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(5);
    private static final Pattern NOW = Pattern.compile("\"Now\":\"([^\"]+)\"");
    private static final int OK = 200;
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);

    private final HttpCalls calls;
    private final Peers peers;
    private final Map<Long, Long> warnedNanos = new ConcurrentHashMap<>();

    Prober(HttpCalls calls, Peers peers) {
        this.calls = calls;
        this.peers = peers;
    }

    /** One round. Returns at once. */
    void probe() {
        peers.members().forEach(this::probe);
    }

    private void probe(Peer peer) {
        long sentNanos = System.nanoTime();
        calls.call(peer.urls().pick(), PeerRequest.get(RaftHandler.PROBING), INTERVAL, new Reply<>() {
            @Override
            public void accept(PeerAnswer answer) {
                Duration roundTrip = Duration.ofNanos(System.nanoTime() - sentNanos);
                if (answer.status() == OK) {
                    remoteTime(answer.body().toStringUtf8()).ifPresent(remote -> compare(peer, remote, roundTrip));
                }
            }

            @Override
            public void refuse(Refusal refusal) {
                // Whether a peer can be reached the streams find out, and say.
                LOG.debug("probing failed peer={} reason=\"{}\"", Identity.hex(peer.id()), refusal.text());
            }
        });
    }

    static Optional<Instant> remoteTime(String body) {
        Matcher now = NOW.matcher(body);
        try {
            return now.find() ? Optional.of(Instant.parse(now.group(1))) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private void compare(Peer peer, Instant remote, Duration roundTrip) {
        peer.traffic().probed(roundTrip);
        Duration difference = Duration.between(remote, Instant.now()).minus(roundTrip.dividedBy(2));
        if (difference.abs().compareTo(LARGEST_DIFFERENCE) > 0 && mayWarn(peer.id())) {
            LOG.warn("clocks differ peer={} difference={} round-trip={}", Identity.hex(peer.id()), difference, roundTrip);
        }
    }

    private boolean mayWarn(long peer) {
        long now = System.nanoTime();
        Long before = warnedNanos.get(peer);
        boolean may = before == null || now - before > WARNING_INTERVAL.toNanos();
        if (may) {
            warnedNanos.put(peer, now);
        }
        return may;
    }
}
