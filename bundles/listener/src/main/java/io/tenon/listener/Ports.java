package io.tenon.listener;

import io.tenon.api.config.NodeConfig;
import io.tenon.api.config.UrlAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what the node was started with into what the client ports need. */
final class Ports {
    private Ports() {
    }

    static PortSettings settings(NodeConfig config, int threads) throws PortException {
        return new PortSettings(addresses(config.urls().listenClient()), config.limits(), threads, PortSettings.NEGOTIATION_TIMEOUT,
                http(config));
    }

    static HttpSettings http(NodeConfig config) {
        return new HttpSettings(HttpSettings.IDLE_TIMEOUT, list(config.flags(), "cors"), list(config.flags(), "host-whitelist"));
    }

    private static Set<String> list(Map<String, String> flags, String name) {
        var values = new LinkedHashSet<String>();
        Arrays.stream(flags.getOrDefault(name, "").split(",")).map(String::strip).filter(value -> !value.isEmpty()).forEach(values::add);
        return values.isEmpty() ? Set.of(HttpSettings.ANY) : values;
    }

    static List<InetSocketAddress> addresses(List<URI> urls) throws PortException {
        var addresses = new ArrayList<InetSocketAddress>();
        for (URI url : urls) {
            addresses.add(address(url));
        }
        return addresses;
    }

    private static InetSocketAddress address(URI url) throws PortException {
        if (!"http".equals(url.getScheme())) {
            throw new PortException("cannot listen on " + url + ": this version serves clients over http alone, without TLS");
        }
        String host = UrlAddress.host(url);
        var address = new InetSocketAddress(host, url.getPort());
        if (address.isUnresolved()) {
            throw new PortException("listen tcp: lookup " + host + ": no such host");
        }
        return address;
    }

    static List<String> paths(Object property) {
        return property instanceof String[] several ? List.of(several) : List.of(String.valueOf(property));
    }

    /** An address as etcd's log has it. */
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
