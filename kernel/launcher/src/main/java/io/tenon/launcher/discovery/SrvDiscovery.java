package io.tenon.launcher.discovery;

import io.tenon.api.config.BadFlagException;
import io.tenon.api.config.BirthChoice;
import io.tenon.api.config.Flags;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.config.UrlAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.naming.NamingException;

/**
 * {@code --discovery-srv}: the members of a new cluster are the targets of {@code _etcd-server-ssl._tcp} (https) and {@code _etcd-server._tcp}
 * (http) in a domain. The one at this member's advertised address is this member; the others are called by numbers, which nobody
 * else sees.
 */
public final class SrvDiscovery {
    private static final String DOMAIN = "discovery-srv";
    private static final String SUFFIX = "discovery-srv-name";

    private final SrvRecords records;
    private final UnaryOperator<String> resolve;

    /** @param resolve from a host name to its address, or to the name itself when it has none */
    public SrvDiscovery(SrvRecords records, UnaryOperator<String> resolve) {
        this.records = records;
        this.resolve = resolve;
    }

    /** True when these flags ask for it. */
    public static boolean isAskedFor(NodeConfig config) {
        return !BirthChoice.of(config.flags()).srvDomain().isEmpty();
    }

    /**
     * The same configuration with the members that were found as its initial cluster. Blocks on the network.
     *
     * @throws BadFlagException nothing was found
     */
    public NodeConfig discover(NodeConfig config) {
        Map<String, String> flags = new HashMap<>(config.flags());
        flags.put("initial-cluster", initialCluster(config));
        flags.put(DOMAIN, "");
        flags.put(SUFFIX, "");
        return Flags.parse(flags);
    }

    private String initialCluster(NodeConfig config) {
        String domain = BirthChoice.of(config.flags()).srvDomain();
        String suffix = BirthChoice.of(config.flags()).srvSuffix();
        String ending = suffix.isEmpty() ? "" : "-" + suffix;
        Set<String> own = config.urls().initialAdvertisePeer().stream()
                .map(this::resolved).collect(Collectors.toSet());
        List<String> failures = new ArrayList<>();
        List<URI> found = new ArrayList<>();
        found.addAll(urls("https", "etcd-server-ssl" + ending, domain, failures));
        found.addAll(urls("http", "etcd-server" + ending, domain, failures));
        if (found.isEmpty()) {
            throw BadFlagException.refused("no members found for --discovery-srv " + domain + ": " + String.join("; ", failures));
        }
        List<String> members = new ArrayList<>();
        int number = 0;
        for (URI url : found) {
            boolean self = own.contains(resolved(url));
            members.add((self ? config.name() : String.valueOf(number++)) + "=" + url);
        }
        return String.join(",", members);
    }

    /** What is no address stands for itself. */
    private String resolved(URI url) {
        return UrlAddress.of(url).map(address -> url.getScheme() + "://" + resolve.apply(address.host()) + ":" + address.port())
                .orElseGet(url::toString);
    }

    private List<URI> urls(String scheme, String service, String domain, List<String> failures) {
        try {
            return records.lookup(service, domain).stream().map(target -> URI.create(scheme + "://" + target.host() + ":" + target.port())).toList();
        } catch (NamingException | IllegalArgumentException failure) {
            failures.add("error querying DNS SRV records for _" + service + "._tcp." + domain + ": " + failure.getMessage());
            return List.of();
        }
    }
}
