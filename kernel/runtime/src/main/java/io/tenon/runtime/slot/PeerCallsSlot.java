package io.tenon.runtime.slot;

import io.tenon.api.Reply;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import java.net.URI;
import java.time.Duration;

/** The slot of the calls to peer ports. */
final class PeerCallsSlot implements PeerCalls {
    final Parking<PeerCalls> parking = new Parking<>("the transport to peers");

    @Override
    public void call(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply) {
        parking.call(calls -> calls.call(base, request, limit, reply), reply);
    }
}
