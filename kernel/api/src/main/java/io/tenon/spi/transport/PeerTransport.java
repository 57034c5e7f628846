package io.tenon.spi.transport;

import io.tenon.api.consensus.Message;
import java.util.List;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Carries messages to other members, and brings what comes from them to the {@link PeerInbox}. Several may be active: the kernel gives a
 * message to the first, in their {@link #order}, that reaches its member. Never blocks, never throws, and may drop: consensus repeats what
 * matters. A transport that was stopped drops what it is still given, and reports it unreachable.
 */
@ProviderType
public interface PeerTransport {

    /** Short name for logs and status: {@code http}, {@code local}, … */
    String name();

    /**
     * Which goes first where several reach a member: the lowest, and of equal ones the first by name. The shorter the way, the lower:
     * {@code local} 10, {@code http} 20. Fixed.
     */
    int order();

    /** Whether messages to this member may be given to this transport now. A cheap read; any thread. */
    boolean reaches(long member);

    /** Messages to members that it reaches, none with a snapshot; to each member they go in this order. Raft loop. */
    void send(List<Message> messages);

    /**
     * For how long messages have come from and gone to this member without a break, in nanoseconds; empty when they do not. Any thread. A
     * transport without connections says that a member it reaches has been connected for ever.
     */
    default OptionalLong connectedForNanos(long member) {
        return reaches(member) ? OptionalLong.of(Long.MAX_VALUE) : OptionalLong.empty();
    }

    /** Sends a snapshot apart from the messages, so that it delays none; returns at once. Any thread. */
    void sendSnapshot(OutgoingSnapshot snapshot);
}
