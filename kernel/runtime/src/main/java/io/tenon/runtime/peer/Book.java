package io.tenon.runtime.peer;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.config.UrlAddress;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerBook;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members that transports serve. Written by the apply loop (before it runs: by the thread that starts it), read by any thread. */
public final class Book implements PeerBook {
    private static final Logger LOG = LoggerFactory.getLogger(Book.class);

    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private volatile Page page = Page.EMPTY;
    private List<ClusterMember> writtenMembers = List.of();
    private Set<Long> writtenRemoved = Set.of();
    /** Whom the start found; until the applied members have the one that joins, the log speaks of a time before it. */
    private List<ClusterMember> found = List.of();
    private OptionalLong joining = OptionalLong.empty();

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

    /**
     * Whom the start of a member that joins found. They stay until that member itself is among the applied ones, for it catches up from them, and
     * the first of the log's changes name but one of them.
     */
    public void found(long self, List<ClusterMember> members) {
        joining = OptionalLong.of(self);
        found = members;
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
            turn(withFound(members, removed), removed);
        }
    }

    /** Whom both know is found where the start found it: the log may be about to say that it moved there. */
    private List<ClusterMember> withFound(List<ClusterMember> members, Set<Long> removed) {
        if (joining.isEmpty() || isIn(members, joining.getAsLong()) || removed.contains(joining.getAsLong())) {
            joining = OptionalLong.empty();
            found = List.of();
            return members;
        }
        List<ClusterMember> all = new ArrayList<>(found);
        all.removeIf(member -> removed.contains(member.id()));
        members.stream().filter(member -> !isIn(found, member.id())).forEach(all::add);
        return all;
    }

    private static boolean isIn(List<ClusterMember> members, long id) {
        return members.stream().anyMatch(member -> member.id() == id);
    }

    private void turn(List<ClusterMember> members, Set<Long> removed) {
        Page next = new Page(members.stream().map(Book::address).toList(), removed);
        if (!next.equals(page)) {
            page = next;
            readers.forEach(Runnable::run);
        }
    }

    private static PeerAddress address(ClusterMember member) {
        List<URI> urls = urls(member);
        if (urls.size() < member.peerUrls().size()) {
            LOG.warn("not every peer URL of a member can be dialled member={} told={} dialled={}", Long.toHexString(member.id()),
                    member.peerUrls(), urls);
        }
        return new PeerAddress(member.id(), urls);
    }

    /** The peer URLs of a member. 3.5 lets anything through when a member is given other URLs; what is none cannot be dialled and is left out. */
    public static List<URI> urls(ClusterMember member) {
        return member.peerUrls().stream().map(Book::parse).flatMap(Optional::stream).toList();
    }

    private static Optional<URI> parse(String text) {
        try {
            return Optional.of(new URI(text)).filter(url -> UrlAddress.of(url).isPresent());
        } catch (URISyntaxException no) {
            return Optional.empty();
        }
    }
}
