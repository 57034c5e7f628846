package io.tenon.runtime.slot;

import io.tenon.api.Refusal;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.kv.KeyHistory;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.lease.Leases;
import io.tenon.api.watch.Watches;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerInbox;
import io.tenon.spi.watch.WatchEngine;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/** The mortises: the permanent services that bundles refer to, and behind which providers come and go. */
public final class Slots {
    private final KeyValuesSlot keyValues = new KeyValuesSlot();
    private final KeyHistorySlot keyHistory = new KeyHistorySlot();
    private final LeasesSlot leases = new LeasesSlot();
    private final ClusterSlot cluster = new ClusterSlot();
    private final WatchesSlot watches = new WatchesSlot();
    private final PeerInboxSlot inbox = new PeerInboxSlot();
    private final PeerCallsSlot peerCalls = new PeerCallsSlot();

    /** The contracts whose providers belong to a state machine's bundle and serve only once that machine is in place. */
    public static final List<Class<?>> OF_MACHINES = List.of(KeyValues.class, KeyHistory.class, Leases.class, Cluster.class);

    /** Registers every slot; they stay until the framework stops. */
    public void register(BundleContext bundles) {
        Map<Class<?>, Object> all = Map.of(KeyValues.class, keyValues, KeyHistory.class, keyHistory, Leases.class, leases, Cluster.class,
                cluster, Watches.class, watches, PeerInbox.class, inbox, PeerCalls.class, peerCalls);
        all.forEach((type, slot) -> register(bundles, type, slot));
    }

    /** Registers one slot whose provider is the kernel itself. */
    public static void register(BundleContext bundles, Class<?> type, Object service) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Slot.PROPERTY, true);
        bundles.registerService(type.getName(), service, properties);
    }

    /** Where transports bring what arrives, while a node runs. */
    public void inbox(Optional<PeerInbox> now) {
        inbox.node(now);
    }

    /** Calls to peer ports, by whatever transport offers them. */
    public PeerCalls peerCalls() {
        return peerCalls;
    }

    public Cluster cluster() {
        return cluster;
    }

    public KeyHistory history() {
        return keyHistory;
    }

    public void provide(Object provider) {
        if (provider instanceof KeyValues now) {
            keyValues.parking.provide(now);
        }
        if (provider instanceof KeyHistory now) {
            keyHistory.parking.provide(now);
        }
        if (provider instanceof Leases now) {
            leases.parking.provide(now);
        }
        if (provider instanceof Cluster now) {
            cluster.parking.provide(now);
        }
        if (provider instanceof WatchEngine now) {
            watches.provide(now);
        }
        if (provider instanceof PeerCalls now) {
            peerCalls.parking.provide(now);
        }
    }

    public void withdraw(Object provider) {
        if (provider instanceof KeyValues gone) {
            keyValues.parking.withdraw(gone);
        }
        if (provider instanceof KeyHistory gone) {
            keyHistory.parking.withdraw(gone);
        }
        if (provider instanceof Leases gone) {
            leases.parking.withdraw(gone);
        }
        if (provider instanceof Cluster gone) {
            cluster.parking.withdraw(gone);
        }
        if (provider instanceof WatchEngine gone) {
            watches.withdraw(gone);
        }
        if (provider instanceof PeerCalls gone) {
            peerCalls.parking.withdraw(gone);
        }
    }

    /** Answers calls that waited too long for a provider. */
    public void expire(long nowNanos) {
        keyValues.parking.expire(nowNanos);
        leases.parking.expire(nowNanos);
        cluster.parking.expire(nowNanos);
        peerCalls.parking.expire(nowNanos);
    }

    /** Ends the streams: the node stops. */
    public void end(Refusal refusal) {
        watches.end(refusal);
    }
}
