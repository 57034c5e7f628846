package io.tenon.simulator.member;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.simulator.network.Network;
import io.tenon.spi.transport.OutgoingSnapshot;
import io.tenon.spi.transport.PeerTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** The transport of a simulated node. */
record SimulatedTransport(Network network, Host host) implements PeerTransport {

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public int order() {
        return 0;
    }

    @Override
    public boolean reaches(long other) {
        return true;
    }

    @Override
    public void send(List<Message> messages) {
        messages.forEach(network::send);
    }

    @Override
    public void sendSnapshot(OutgoingSnapshot snapshot) {
        host.runBlocking("snapshot-send", () -> {
            ByteArrayOutputStream export = new ByteArrayOutputStream();
            try {
                snapshot.writeTo(export);
            } catch (IOException failure) {
                snapshot.ended(SnapshotOutcome.FAILED);
                return;
            }
            network.sendSnapshot(snapshot.message(), export.toByteArray(), outcome -> host.after(0, () -> snapshot.ended(outcome)));
        });
    }
}
