package io.tenon.runtime.peer;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerBook;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The members that transports serve. Written by the apply loop (before it runs: by the thread that starts it), read by any thread. */
public final class Book implements PeerBook {
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private volatile Page page = Page.EMPTY;
    private List<ClusterMember> writtenMembers = List.of();
    private Set<Long> writtenRemoved = Set.of();

    @Override
    public Page page() {
        return page;
    }

    @Override
    public Registration onChange(Runnable changed) {
        // One of its own, so that two registrations of one object are told apart.
        Runnable reader = changed::run;
        readers.add(reader);
        return () -> readers.remove(reader);
    }

    /** Whom the start found, until an applied change says more. */
    public void found(List<ClusterMember> members) {
        turn(members, Set.of());
    }

    /**
     * What is applied now. Nothing happens when these are the lists of the last time. Without members nothing was applied yet, and what the start
     * found still holds.
     */
    public void applied(List<ClusterMember> members, Set<Long> removed) {
        if ((members != writtenMembers || removed != writtenRemoved) && !members.isEmpty()) {
            writtenMembers = members;
            writtenRemoved = removed;
            turn(members, removed);
        }
    }

    private void turn(List<ClusterMember> members, Set<Long> removed) {
        Page next = new Page(members.stream().map(Book::address).toList(), removed);
        if (!next.equals(page)) {
            page = next;
            readers.forEach(Runnable::run);
        }
    }

    private static PeerAddress address(ClusterMember member) {
        return new PeerAddress(member.id(), urls(member));
    }

    /** The peer URLs of a member. 3.5 lets anything through when a member is given other URLs; what is none cannot be dialled and is left out. */
    public static List<URI> urls(ClusterMember member) {
        return member.peerUrls().stream().map(Book::parse).flatMap(Optional::stream).toList();
    }

    private static Optional<URI> parse(String text) {
        try {
            return Optional.of(new URI(text)).filter(url -> url.getHost() != null && url.getPort() >= 0);
        } catch (URISyntaxException no) {
            return Optional.empty();
        }
    }
}
