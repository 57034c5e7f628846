package io.tenon.lease;

import io.tenon.api.Reply;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;

/** Peers that are asked, and answer when the test says so. */
final class HandPeers implements PeerCalls, PeerBook {
    static final long LEADER = 5;
    static final URI FIRST = URI.create("http://10.0.0.5:2380");
    static final long NEXT_LEADER = 6;
    static final URI NEXT = URI.create("http://10.0.0.6:2380");
    static final URI SECOND = URI.create("http://10.0.1.5:2380");

    final ArrayDeque<Asked> asked = new ArrayDeque<>();

    record Asked(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply) {
    }

    @Override
    public void call(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply) {
        asked.add(new Asked(base, request, limit, reply));
    }

    @Override
    public Page page() {
        return new Page(List.of(new PeerAddress(LEADER, List.of(FIRST, SECOND)), new PeerAddress(NEXT_LEADER, List.of(NEXT))), Set.of());
    }

    @Override
    public Registration onChange(Runnable changed) {
        return () -> { };
    }
}
