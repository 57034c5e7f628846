package io.tenon.api.config;

import io.tenon.api.config.FlagKind.Malformed;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Lists of URLs and what may be in them. They are kept sorted and without repetition, as etcd does before it shows or hashes them. */
final class UrlList {

    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");

    private UrlList() {
    }

    /** URLs parted by commas. */
    static List<URI> parse(String value) throws Malformed {
        var urls = new TreeSet<String>();
        for (String each : value.split(",", -1)) {
            urls.add(checked(each.strip()));
        }
        return urls.stream().map(URI::create).toList();
    }

    private static String checked(String url) throws Malformed {
        URI parsed;
        try {
            parsed = new URI(url);
        } catch (URISyntaxException e) {
            throw new Malformed("parse \"" + url + "\": " + e.getReason());
        }
        String scheme = Optional.ofNullable(parsed.getScheme()).orElse("");
        switch (scheme) {
            case "http", "https" -> {
                if (parsed.getRawAuthority() == null || !UrlAddress.isHostAndPort(parsed.getRawAuthority())) {
                    throw new Malformed("URL address does not have the form \"host:port\": " + url);
                }
                if (!parsed.getRawPath().isEmpty()) {
                    throw new Malformed("URL must not contain a path: " + url);
                }
            }
            case "unix", "unixs" -> { }
            default -> throw new Malformed("URL scheme must be http, https, unix, or unixs: " + url);
        }
        return url;
    }

    /**
     * {@code --initial-cluster}: member name to its URLs, names in the order given.
     *
     * @throws Malformed with etcd's reason
     */
    static Map<String, List<URI>> parseCluster(String value) throws Malformed {
        var joined = new LinkedHashMap<String, List<String>>();
        for (String each : value.split(",")) {
            int equals = each.indexOf('=');
            String name = (equals < 0 ? each : each.substring(0, equals)).strip();
            String url = equals < 0 ? "" : each.substring(equals + 1).strip();
            if (url.isEmpty()) {
                throw new Malformed("empty URL given for \"" + name + "\"");
            }
            joined.computeIfAbsent(name, _ -> new ArrayList<>()).add(url);
        }
        var members = new LinkedHashMap<String, List<URI>>();
        for (var member : joined.entrySet()) {
            members.put(member.getKey(), parse(String.join(",", member.getValue())));
        }
        return members;
    }

    /** {@code name=url,name=url}. */
    static String format(String name, List<URI> urls) {
        return urls.stream().map(url -> name + "=" + url).collect(Collectors.joining(","));
    }

    /** Without the brackets of IPv6; empty for a socket file. */
    static String host(URI url) {
        return UrlAddress.host(url);
    }

    /** Refuses names other than localhost: what a name resolves to may change, and then another interface would be open. */
    static void checkBindable(List<URI> urls) {
        for (URI url : urls) {
            String host = host(url);
            boolean onNetwork = url.getScheme().startsWith("http");
            if (onNetwork && !host.equals("localhost") && !IPV4.matcher(host).matches() && !host.contains(":")) {
                throw BadFlagException.refused("expected IP in URL for binding (" + url + ")");
            }
        }
    }

    static void checkHasHost(String flag, List<URI> urls) {
        for (URI url : urls) {
            if (url.getScheme().startsWith("http") && host(url).isEmpty()) {
                String all = urls.stream().map(URI::toString).collect(Collectors.joining(","));
                throw BadFlagException.refused("--" + flag + " \"" + all + "\" must be \"host:port\" (unexpected empty host (" + url + "))");
            }
        }
    }
}
