package io.tenon.listener;

import java.time.Duration;
import java.util.Set;

/**
 * Who may ask over HTTP/1.1, and how long a connection may be silent.
 *
 * @param origins {@code --cors}; a star stands for all
 * @param hosts   {@code --host-whitelist}; a star stands for all
 */
public record HttpSettings(Duration idleTimeout, Set<String> origins, Set<String> hosts) {
    static final String ANY = "*";
    /** Longer than the intervals of health checks, so that they keep their connection. */
    public static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

    public HttpSettings {
        origins = Set.copyOf(origins);
        hosts = Set.copyOf(hosts);
    }

    boolean allowsHost(String host) {
        return hosts.contains(ANY) || hosts.contains(host);
    }
}
