package io.tenon.api.config;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host and port of a URL, read from its authority as it is written: {@link URI#getHost} knows of no host with an underscore, as containers
 * are named, and etcd takes them. Whoever connects to a URL, or asks whether it is one to connect to, reads it here.
 *
 * @param host a name or an address, never empty; IPv6 without brackets
 * @param port 0 to 65535
 */
public record UrlAddress(String host, int port) {
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\[\\]]*]|[^:\\[\\]]*):([^:\\[\\]]*)");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");
    private static final int LARGEST_PORT = 65_535;

    /** Empty for a URL that has no host, or no port that is a number. */
    public static Optional<UrlAddress> of(URI url) {
        Matcher parts = HOST_AND_PORT.matcher(hostAndPort(url));
        if (!parts.matches() || !NUMBER.matcher(parts.group(2)).matches()) {
            return Optional.empty();
        }
        String host = bare(parts.group(1));
        int port = Integer.parseInt(parts.group(2));
        return host.isEmpty() || port > LARGEST_PORT ? Optional.empty() : Optional.of(new UrlAddress(host, port));
    }

    /** The host, with or without a port that is one; empty for none, as of a socket file. */
    public static String host(URI url) {
        Matcher parts = HOST_AND_PORT.matcher(hostAndPort(url));
        return parts.matches() ? bare(parts.group(1)) : "";
    }

    /** Whether an authority has the form {@code host:port}, either of which may be anything. */
    public static boolean isHostAndPort(String authority) {
        return HOST_AND_PORT.matcher(authority).matches();
    }

    /** The authority without a user. */
    private static String hostAndPort(URI url) {
        String authority = Optional.ofNullable(url.getRawAuthority()).orElse("");
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
