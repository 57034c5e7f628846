package io.tenon.transport.http;

import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerBook;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other members as the book has them, and who else has spoken to this one. Read by any thread. */
final class Peers {
    /** Strangers that are answered at once; a request costs its sender nothing. */
    static final int MOST_REMOTES = 64;
    private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private final Parts parts;
    private final PeerBook book;
    private final Map<Long, Peer> peers = new ConcurrentHashMap<>();
    private boolean closed;

    Peers(Parts parts, PeerBook book) {
        this.parts = parts;
        this.book = book;
    }

    Optional<Peer> find(long id) {
        return Optional.ofNullable(peers.get(id));
    }

    /** One that the book names. */
    Optional<Peer> findMember(long id) {
        return find(id).filter(Peer::isMember);
    }

    /** In the order of their ids. */
    List<Peer> members() {
        return peers.values().stream().filter(Peer::isMember).sorted((a, b) -> Long.compareUnsigned(a.id(), b.id())).toList();
    }

    /** Follows the book. May block for a bounded time, for threads of those that are gone. */
    void update() {
        List<Peer> gone = new ArrayList<>();
        synchronized (this) {
            if (!closed) {
                PeerBook.Page page = book.page();
                page.members().forEach(member -> follow(member, gone));
                dropOthers(page, gone);
            }
        }
        Deadline deadline = Deadline.in(REMOVAL_LIMIT);
        gone.forEach(peer -> peer.join(deadline));
    }

    private void follow(PeerAddress member, List<Peer> gone) {
        if (member.id() == parts.identity().id() || member.urls().isEmpty()) {
            return;
        }
        Optional<Peer> known = find(member.id());
        if (known.isPresent() && known.get().isMember()) {
            known.get().update(member.urls());
        } else {
            known.ifPresent(remote -> drop(remote, gone));
            peers.put(member.id(), Peer.member(member.id(), member.urls(), parts));
            LOG.info("peer added member={} peer={} urls={}", parts.identity().hex(), Identity.hex(member.id()), member.urls());
        }
    }

    /** Strangers stay as long as they are not removed: the book may be the one that is behind. */
    private void dropOthers(PeerBook.Page page, List<Peer> gone) {
        for (Peer peer : List.copyOf(peers.values())) {
            boolean named = page.member(peer.id()).filter(member -> !member.urls().isEmpty()).isPresent();
            if (page.removed().contains(peer.id()) || peer.isMember() && !named) {
                drop(peer, gone);
                LOG.info("peer removed member={} peer={}", parts.identity().hex(), Identity.hex(peer.id()));
            }
        }
    }

    private void drop(Peer peer, List<Peer> gone) {
        peers.remove(peer.id());
        peer.close();
        gone.add(peer);
    }

    /** Somebody who is no member spoke to this one: from now on it can be answered. */
    void learn(long id, List<URI> urls) {
        if (id == 0 || id == parts.identity().id() || urls.isEmpty() || peers.containsKey(id) || parts.delivery().isRemoved(id)) {
            return;
        }
        synchronized (this) {
            if (!closed && !peers.containsKey(id) && peers.values().stream().filter(peer -> !peer.isMember()).count() < MOST_REMOTES) {
                peers.put(id, Peer.remote(id, urls, parts));
                LOG.info("peer spoke before it was known member={} peer={} urls={}", parts.identity().hex(), Identity.hex(id), urls);
            }
        }
    }

    /** Breaks all off; nobody is found any more. */
    void close(Deadline deadline) {
        List<Peer> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(peers.values());
            peers.clear();
        }
        all.forEach(Peer::close);
        all.forEach(peer -> peer.join(deadline));
    }
}
