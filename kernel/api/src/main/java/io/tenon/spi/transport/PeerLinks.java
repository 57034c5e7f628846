package io.tenon.spi.transport;

import java.util.OptionalLong;

/** How the connections to other members stand, over all transports. Provided by the kernel as a slot; any thread. */
public interface PeerLinks {

    /** For how long messages have come from and gone to this member without a break, in nanoseconds; empty when they do not. */
    OptionalLong connectedForNanos(long member);
}
