package io.tenon.edge.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.LeaderView;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** What all calls have in common: who may call now, where answers go, and which status a refusal is. For this bundle's services alone. */
@Component(service = Calls.class)
public final class Calls {
    /** How long calls that have begun may take when the edge goes. */
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Metadata.Key<String> HAS_LEADER = ascii("hasleader");
    private static final Metadata.Key<String> TOKEN = ascii("token");
    private static final Metadata.Key<String> AUTHORIZATION = ascii("authorization");
    private static final String BEARER = "Bearer ";

    private final Map<EventExecutor, Home> homes = new ConcurrentHashMap<>();
    private final NodeConfig config;
    private final Cluster cluster;
    private final LeaderView leader;
    /** Stays true once the cluster version was seen, as in etcd. */
    private volatile boolean capable;

    @Activate
    public Calls(@Reference NodeConfig config, @Reference(target = Slot.TARGET) Cluster cluster,
                 @Reference(target = Slot.TARGET) LeaderView leader) {
        this.config = config;
        this.cluster = cluster;
        this.leader = leader;
    }

    NodeConfig config() {
        return config;
    }

    LeaderView leader() {
        return leader;
    }

    Duration electionTimeout() {
        return config.timing().election();
    }

    /** The way back to the event loop that runs this. */
    Home home() {
        return homes.computeIfAbsent(ThreadExecutorMap.currentExecutor(), Home::new);
    }

    /** Why no call with these headers is answered now; the request itself is not looked at. */
    Optional<Refusal> refusal(Metadata headers) {
        if (!capable) {
            capable = cluster.clusterVersion().isPresent();
            if (!capable) {
                return Optional.of(Refusals.NOT_CAPABLE);
            }
        }
        return requiresLeader(headers) && !leader.hasLeader() ? Optional.of(Refusals.NO_LEADER) : Optional.empty();
    }

    static boolean requiresLeader(Metadata headers) {
        return "true".equals(headers.get(HAS_LEADER));
    }

    boolean isLearner() {
        return leader.isLearner();
    }

    static String token(Metadata headers) {
        String token = headers.get(TOKEN);
        if (token == null) {
            token = headers.get(AUTHORIZATION);
        }
        if (token == null) {
            return "";
        }
        return token.startsWith(BEARER) ? token.substring(BEARER.length()) : token;
    }

    Status status(Refusal refusal) {
        var code = config.compat().atLeast(Compat.V3_6) ? refusal.codeFrom36() : refusal.code();
        return Status.fromCodeValue(code.number()).withDescription(refusal.text());
    }

    /** Lets calls that wait for an answer end, for a bounded time; streams have been ended by the client ports. */
    @Deactivate
    void drain() {
        long deadlineNanos = System.nanoTime() + DRAIN_NANOS;
        while (!homes.values().stream().allMatch(Home::isIdle) && System.nanoTime() < deadlineNanos) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
