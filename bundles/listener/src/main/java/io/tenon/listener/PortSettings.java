package io.tenon.listener;

import io.tenon.api.config.NodeConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the client ports are opened with.
 *
 * @param addresses          where to listen; one port serves gRPC and HTTP/1.1
 * @param limits             of messages, streams and keepalive pings
 * @param eventLoopThreads   threads that serve every connection
 * @param negotiationTimeout how long a connection may take to show which protocol it speaks
 * @param http               of HTTP/1.1
 */
public record PortSettings(List<InetSocketAddress> addresses, NodeConfig.Limits limits, int eventLoopThreads,
                           Duration negotiationTimeout, HttpSettings http) {
    /** A connection that says nothing for so long is closed. */
    public static final Duration NEGOTIATION_TIMEOUT = Duration.ofSeconds(10);
    /** etcd allows a message this much beyond {@code --max-request-bytes}. */
    private static final int MESSAGE_OVERHEAD_BYTES = 512 * 1024;
    /** Share of the heap that an open call gets; one takes about a tenth of it. */
    private static final long STREAM_BYTES = 16 << 10;
    private static final long FEWEST_STREAMS = 1000;

    public PortSettings {
        addresses = List.copyOf(addresses);
    }

    /** The largest message that a client may send. */
    int maxMessageBytes() {
        return Math.addExact(limits.maxRequestBytes(), MESSAGE_OVERHEAD_BYTES);
    }

    /**
     * Calls that one connection may have open at once. etcd sets no limit by itself and grows; a heap does not, and one client must not be
     * able to fill it. Clients that want more wait for a place, as HTTP/2 has it.
     */
    int mostStreams(long heapBytes) {
        long fits = Math.max(FEWEST_STREAMS, heapBytes / STREAM_BYTES);
        return (int) Math.min(Integer.MAX_VALUE, Math.min(limits.maxConcurrentStreams(), fits));
    }

    /** One thread leaves a small machine room for the loops of consensus and state; larger ones spread connections. */
    static int defaultThreads(int processors) {
        return Math.clamp(processors / 2, 1, 8);
    }
}
