package io.tenon.api.config;

import io.tenon.api.config.FlagKind.Malformed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the {@code --discovery-*} flags of etcd 3.6 say: in which running etcd the members of a new cluster find one another, and how to talk
 * to it.
 *
 * @param endpoints at least one
 * @param token     which new cluster; never empty
 * @param login     empty if that etcd asks for none
 */
public record DiscoveryChoice(List<Endpoint> endpoints, String token, Times times, Tls tls, Optional<Login> login) {
    /** Flags that make no sense without each other. */
    public static final String ENDPOINTS = "discovery-endpoints";
    public static final String TOKEN = "discovery-token";
    private static final Pattern ENDPOINT = Pattern.compile("(?:(https?)://)?(\\[[^\\[\\]]+]|[^:/\\[\\]]+):([0-9]{1,5})");
    private static final int LAST_PORT = 65_535;

    /** @param scheme {@code http}, {@code https}, or empty: then {@link Tls} decides */
    public record Endpoint(String scheme, String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** @param keepalive zero for none */
    public record Times(Duration dial, Duration request, Duration keepalive, Duration keepaliveTimeout) {
    }

    /**
     * Files are PEM; an empty name is no file.
     *
     * @param insecureTransport  no TLS where the endpoint does not ask for it
     * @param insecureSkipVerify any certificate is believed
     */
    public record Tls(boolean insecureTransport, boolean insecureSkipVerify, String certFile, String keyFile, String caFile) {

        /** Some file was named, which says that TLS is meant. */
        public boolean hasFiles() {
            return !certFile.isEmpty() || !caFile.isEmpty();
        }
    }

    /** A user and the password, which is not shown. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return "Login[user=" + user + "]";
        }
    }

    /**
     * Empty without these flags, and in versions that do not have them.
     *
     * @param flags readable ones, as in {@link NodeConfig#flags()}
     * @throws BadFlagException they do not go together
     */
    public static Optional<DiscoveryChoice> of(Map<String, String> flags) {
        String endpoints = flags.getOrDefault(ENDPOINTS, "");
        String token = flags.getOrDefault(TOKEN, "");
        if (endpoints.isEmpty() && token.isEmpty()) {
            return Optional.empty();
        }
        if (endpoints.isEmpty() || token.isEmpty()) {
            throw BadFlagException.refused("--" + ENDPOINTS + " and --" + TOKEN + " must be set together");
        }
        try {
            return Optional.of(new DiscoveryChoice(endpoints(endpoints), token, times(flags), tls(flags), login(flags)));
        } catch (Malformed e) {
            throw new IllegalArgumentException("flags were not checked", e);
        }
    }

    private static List<Endpoint> endpoints(String value) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String each : value.split(",")) {
            Matcher parts = ENDPOINT.matcher(each.strip());
            if (!parts.matches() || Integer.parseInt(parts.group(3)) > LAST_PORT) {
                throw BadFlagException.refused("--" + ENDPOINTS + "=" + value + " must be HOST:PORT, http://HOST:PORT or https://HOST:PORT, parted by "
                        + "commas (found " + each + ")");
            }
            String host = parts.group(2);
            endpoints.add(new Endpoint(Optional.ofNullable(parts.group(1)).orElse(""),
                    host.startsWith("[") ? host.substring(1, host.length() - 1) : host, Integer.parseInt(parts.group(3))));
        }
        return List.copyOf(endpoints);
    }

    private static Times times(Map<String, String> flags) throws Malformed {
        return new Times(positive(flags, "dial-timeout"), positive(flags, "request-timeout"), duration(flags, "keepalive-time"),
                duration(flags, "keepalive-timeout"));
    }

    private static Duration positive(Map<String, String> flags, String name) throws Malformed {
        Duration duration = duration(flags, name);
        if (duration.isZero()) {
            throw BadFlagException.refused("--discovery-" + name + " must be >0 (set to 0s)");
        }
        return duration;
    }

    private static Duration duration(Map<String, String> flags, String name) throws Malformed {
        Duration duration = GoDuration.parse(text(flags, name));
        if (duration.isNegative()) {
            throw BadFlagException.refused("--discovery-" + name + " must not be negative (set to " + text(flags, name) + ")");
        }
        return duration;
    }

    private static Tls tls(Map<String, String> flags) throws Malformed {
        Tls tls = new Tls(FlagKind.bool(text(flags, "insecure-transport")), FlagKind.bool(text(flags, "insecure-skip-tls-verify")),
                text(flags, "cert"), text(flags, "key"), text(flags, "cacert"));
        if (tls.certFile().isEmpty() != tls.keyFile().isEmpty()) {
            throw BadFlagException.refused("--discovery-cert and --discovery-key must be set together");
        }
        return tls;
    }

    /** A password by its own flag leaves the user as it is, so that a name may have a colon. */
    private static Optional<Login> login(Map<String, String> flags) {
        String user = text(flags, "user");
        String password = text(flags, "password");
        if (user.isEmpty()) {
            return Optional.empty();
        }
        int colon = password.isEmpty() ? user.indexOf(':') : -1;
        return Optional.of(colon < 0 ? new Login(user, password) : new Login(user.substring(0, colon), user.substring(colon + 1)));
    }

    private static String text(Map<String, String> flags, String name) {
        return Optional.ofNullable(flags.get("discovery-" + name))
                .orElseThrow(() -> new IllegalArgumentException("flags were not checked: no discovery-" + name));
    }
}
