package io.tenon.runtime.bootstrap;

import io.tenon.api.cluster.MemberIds;
import io.tenon.api.config.BadFlagException;
import io.tenon.api.config.BootstrapCheck;
import io.tenon.api.config.DiscoveryChoice;
import io.tenon.api.config.Flags;
import io.tenon.api.config.NodeConfig;
import io.tenon.spi.discovery.ClusterDiscovery;
import io.tenon.spi.discovery.ClusterDiscovery.Registration;
import io.tenon.spi.discovery.DiscoveryException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of a new cluster that its members tell one another through another etcd ({@code --discovery-token}). They are asked for on a thread of
 * their own, since the answer takes until the last of them was started, and the node must be able to end meanwhile. Used by the lifecycle thread.
 */
public final class DiscoveredCluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiscoveredCluster.class);
    private static final Duration STOP = Duration.ofSeconds(1);

    private final Optional<DiscoveryChoice> choice;
    private final Consumer<Step> lifecycle;
    private final Step onKnown;
    private NodeConfig config;
    private boolean known;
    private boolean missed;
    private Optional<Asked> asked = Optional.empty();

    /** A step of the lifecycle. */
    @FunctionalInterface
    public interface Step {
        void run() throws IOException, StartRefused;
    }

    /** Whom is asked, on which thread. */
    private record Asked(ClusterDiscovery provider, Thread thread) {
    }

    /**
     * @param lifecycle runs a step on the lifecycle thread, which fails the node if the step refuses
     * @param onKnown   run there when {@link #awaits} has become false
     */
    public DiscoveredCluster(NodeConfig config, Consumer<Step> lifecycle, Step onKnown) {
        choice = DiscoveryChoice.of(config.flags());
        this.config = config;
        this.lifecycle = lifecycle;
        this.onKnown = onKnown;
    }

    /** True when the flags ask for it. */
    public boolean isAskedFor() {
        return choice.isPresent();
    }

    /** What the node is started with: the given configuration, in it the members once they are known. */
    public NodeConfig config() {
        return config;
    }

    /**
     * True as long as the members are not known. Begins to ask for them when there is a provider; without one the node waits for its bundle,
     * as it does for every part that it cannot start without.
     *
     * @throws StartRefused the flags want both to make a new cluster and to join one
     */
    public boolean awaits(Optional<ClusterDiscovery> provider) throws StartRefused {
        if (config.bootstrap().state() == NodeConfig.Bootstrap.State.EXISTING) {
            throw new StartRefused("--" + DiscoveryChoice.TOKEN + " is for a new cluster and cannot be set with --initial-cluster-state=existing");
        }
        if (known) {
            return false;
        }
        if (provider.isPresent() && asked.isEmpty()) {
            ask(provider.get());
        }
        if (provider.isEmpty() && !missed) {
            missed = true;
            LOG.warn("waiting for the bundle that finds the members of a new cluster");
        }
        return true;
    }

    private void ask(ClusterDiscovery provider) {
        Registration self = self();
        LOG.info("looking for the members of the new cluster member={} token={}", MemberIds.hex(self.memberId()), token());
        Thread thread = Thread.ofPlatform().daemon().name("tenon-discovery").unstarted(() -> find(provider, self));
        asked = Optional.of(new Asked(provider, thread));
        thread.start();
    }

    private Registration self() {
        List<String> urls = config.urls().initialAdvertisePeer().stream().map(URI::toString).toList();
        String entry = urls.stream().map(url -> config.name() + "=" + url).collect(Collectors.joining(","));
        return new Registration(MemberIds.ofBootstrap(urls, token()), entry);
    }

    /** Keeps this cluster's ids apart from others', as {@code --initial-cluster-token} does without discovery. */
    private String token() {
        return choice.orElseThrow().token();
    }

    private void find(ClusterDiscovery provider, Registration self) {
        try {
            String cluster = provider.initialCluster(self);
            lifecycle.accept(() -> settle(cluster));
        } catch (DiscoveryException refused) {
            lifecycle.accept(() -> {
                throw new StartRefused(refused.getMessage());
            });
        } catch (InterruptedException ended) {
            // The node or the provider ends, and whoever interrupted waits for this thread.
            LOG.info("no longer looking for the members of the new cluster");
        } catch (RuntimeException | Error bug) {
            lifecycle.accept(() -> {
                throw new IllegalStateException("the search for the members of the new cluster failed", bug);
            });
        }
    }

    private void settle(String cluster) throws IOException, StartRefused {
        Map<String, String> flags = new HashMap<>(config.flags());
        flags.put("initial-cluster", cluster);
        flags.put("initial-cluster-token", token());
        flags.put(DiscoveryChoice.TOKEN, "");
        flags.put(DiscoveryChoice.ENDPOINTS, "");
        try {
            NodeConfig settled = Flags.parse(flags);
            BootstrapCheck.check(settled, FirstStart::address);
            config = settled;
        } catch (BadFlagException wrong) {
            throw new StartRefused("discovery: " + wrong.getMessage());
        }
        known = true;
        LOG.info("the members of the new cluster are known initial-cluster={}", cluster);
        onKnown.run();
    }

    /** The bundle of this provider stops; the next one is asked in its place. */
    public void left(ClusterDiscovery provider) {
        if (asked.filter(now -> now.provider() == provider).isPresent()) {
            close();
        }
    }

    /** Ends the search if there is one. */
    @Override
    public void close() {
        Optional<Asked> last = asked;
        asked = Optional.empty();
        last.ifPresent(now -> {
            now.thread().interrupt();
            try {
                if (!now.thread().join(STOP)) {
                    LOG.warn("the search for the members of the new cluster does not end thread={}", now.thread().getName());
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
