package io.tenon.runtime.peer;

import io.tenon.spi.transport.PeerLinks;
import io.tenon.spi.transport.PeerTransport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transports that are deployed, in the order in which they are asked. Used by the lifecycle thread; what it gives by any. */
public final class Transports implements PeerLinks {
    private static final Logger LOG = LoggerFactory.getLogger(Transports.class);

    private volatile List<Deployed> deployed = List.of();

    private record Deployed(PeerTransport transport, String name, int order) {
    }

    public void add(PeerTransport transport) {
        Deployed added = new Deployed(transport, transport.name(), transport.order());
        List<Deployed> next = without(transport);
        next.add(added);
        next.sort(Comparator.comparingInt(Deployed::order).thenComparing(Deployed::name));
        deployed = List.copyOf(next);
        LOG.info("transport deployed transport={} transports={}", added.name(), names());
    }

    public void remove(PeerTransport transport) {
        List<Deployed> next = without(transport);
        if (next.size() < deployed.size()) {
            deployed = List.copyOf(next);
            LOG.info("transport withdrawn transports={}", names());
        }
    }

    private List<Deployed> without(PeerTransport transport) {
        List<Deployed> others = new ArrayList<>(deployed);
        others.removeIf(one -> one.transport() == transport);
        return others;
    }

    /** Preferred ones first. */
    public List<PeerTransport> inOrder() {
        return deployed.stream().map(Deployed::transport).toList();
    }

    /** By the transport that messages to this member go by. */
    @Override
    public OptionalLong connectedForNanos(long member) {
        return inOrder().stream().filter(transport -> transport.reaches(member)).findFirst()
                .map(transport -> transport.connectedForNanos(member)).orElse(OptionalLong.empty());
    }

    /** The same, by name. */
    public List<String> names() {
        return deployed.stream().map(Deployed::name).toList();
    }
}
