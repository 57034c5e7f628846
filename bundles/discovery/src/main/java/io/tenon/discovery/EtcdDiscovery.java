package io.tenon.discovery;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tenon.api.config.DiscoveryChoice;
import io.tenon.api.config.NodeConfig;
import io.tenon.spi.discovery.ClusterDiscovery;
import io.tenon.spi.discovery.DiscoveryException;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Finds the members of a new cluster in the etcd that the {@code --discovery-*} flags name. Has connections and a thread only while it is asked. */
@Component(service = ClusterDiscovery.class)
public final class EtcdDiscovery implements ClusterDiscovery {
    private static final long STOP_MILLIS = 500;

    private final NodeConfig config;

    @Activate
    public EtcdDiscovery(@Reference NodeConfig config) {
        this.config = config;
    }

    @Override
    public String initialCluster(Registration self) throws DiscoveryException, InterruptedException {
        DiscoveryChoice choice = DiscoveryChoice.of(config.flags())
                .orElseThrow(() -> new IllegalStateException("asked without --" + DiscoveryChoice.TOKEN));
        Pauses pauses = time -> TimeUnit.NANOSECONDS.sleep(time.toNanos());
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("tenon-discovery-io", true), NioIoHandler.newFactory());
        try (EtcdRegistry registry = new EtcdRegistry(choice, new Tls(choice.tls()), loop, pauses)) {
            return new Enrolment(registry, pauses, choice.token()).enrol(self);
        } finally {
            // Also when this thread was interrupted: what is waited for takes no longer than this.
            loop.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(STOP_MILLIS);
        }
    }
}
