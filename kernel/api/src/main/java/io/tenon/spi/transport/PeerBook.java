package io.tenon.spi.transport;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who the members are and where they listen, for transports. Provided by the kernel as a slot; it follows the applied configuration changes.
 * Until these have this member itself, it also holds whom the start of this member found. Any thread.
 */
public interface PeerBook {

    /** The newest page; a volatile read. */
    Page page();

    /**
     * Called after every change of the page, until it is closed; on the apply loop, so it returns at once. A change in between is not
     * lost: read the page after this returns.
     */
    Registration onChange(Runnable changed);

    /**
     * The book at one instant.
     *
     * @param members this one among them, learners too
     * @param removed ids that may never come back
     */
    record Page(List<PeerAddress> members, Set<Long> removed) {
        /** Nothing is known yet. */
        public static final Page EMPTY = new Page(List.of(), Set.of());

        public Page {
            members = List.copyOf(members);
            removed = Set.copyOf(removed);
        }

        /** A member that is not removed. */
        public Optional<PeerAddress> member(long id) {
            return members.stream().filter(member -> member.id() == id).findFirst();
        }
    }

    /** Ends the calls that it was given for. */
    interface Registration extends AutoCloseable {

        @Override
        void close();
    }
}
