package io.tenon.cluster;

import io.tenon.api.NodeControl;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Reconfiguration;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerLinks;
import java.time.InstantSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What membership needs beside the log: the other members, the leader's knowledge, the node's end, the time of day. For this bundle alone. */
@Component(service = Surroundings.class)
public final class Surroundings {
    private final Reconfiguration reconfiguration;
    private final PeerCalls calls;
    private final PeerLinks links;
    private final NodeControl control;
    private final InstantSource clock;

    @Activate
    public Surroundings(@Reference(target = Slot.TARGET) Reconfiguration reconfiguration, @Reference(target = Slot.TARGET) PeerCalls calls,
                        @Reference(target = Slot.TARGET) PeerLinks links, @Reference(target = Slot.TARGET) NodeControl control) {
        this(reconfiguration, calls, links, control, InstantSource.system());
    }

    /** @param clock of which ids of new members are made */
    public Surroundings(Reconfiguration reconfiguration, PeerCalls calls, PeerLinks links, NodeControl control, InstantSource clock) {
        this.reconfiguration = reconfiguration;
        this.calls = calls;
        this.links = links;
        this.control = control;
        this.clock = clock;
    }

    Reconfiguration reconfiguration() {
        return reconfiguration;
    }

    PeerCalls calls() {
        return calls;
    }

    PeerLinks links() {
        return links;
    }

    NodeControl control() {
        return control;
    }

    long unixSeconds() {
        return clock.instant().getEpochSecond();
    }
}
