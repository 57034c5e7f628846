package io.tenon.api.config;

import io.tenon.api.config.NodeConfig.Bootstrap;
import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What the bootstrap flags must fulfil before a new data directory is made from them. A member that has a log already does not look at
 * them, so neither does {@link Flags#parse}.
 */
public final class BootstrapCheck {

    private BootstrapCheck() {
    }

    /**
     * @param resolve from a host name to its address, or to the name itself when it has none; asked only when the URLs differ as texts
     * @throws BadFlagException with etcd's text
     */
    public static void check(NodeConfig config, UnaryOperator<String> resolve) {
        Map<String, List<URI>> cluster = config.bootstrap().initialCluster();
        if (!cluster.containsKey(config.name())) {
            throw BadFlagException.refused("couldn't find local name \"" + config.name() + "\" in the initial cluster configuration");
        }
        checkUnique(cluster);
        if (config.bootstrap().state() == Bootstrap.State.NEW) {
            checkAdvertised(config.name(), cluster.get(config.name()), config.urls().initialAdvertisePeer(), resolve);
        }
    }

    private static void checkUnique(Map<String, List<URI>> cluster) {
        var seen = new HashSet<URI>();
        for (URI url : cluster.values().stream().flatMap(List::stream).toList()) {
            if (!seen.add(url)) {
                String all = cluster.entrySet().stream().sorted(Map.Entry.comparingByKey())
                        .map(member -> UrlList.format(member.getKey(), member.getValue())).collect(Collectors.joining(","));
                throw BadFlagException.refused("initial cluster " + all + " has duplicate url");
            }
        }
    }

    private static void checkAdvertised(String name, List<URI> planned, List<URI> advertised, UnaryOperator<String> resolve) {
        if (Set.copyOf(planned).equals(Set.copyOf(advertised)) || resolved(planned, resolve).equals(resolved(advertised, resolve))) {
            return;
        }
        List<URI> missing = planned.stream().filter(url -> !advertised.contains(url)).toList();
        if (!missing.isEmpty()) {
            throw BadFlagException.refused("--initial-cluster has " + UrlList.format(name, missing)
                    + " but missing from --initial-advertise-peer-urls=" + joined(advertised) + " (resolved urls: "
                    + quoted(resolved(advertised, resolve)) + " != " + quoted(resolved(planned, resolve)) + ")");
        }
        List<URI> unplanned = advertised.stream().filter(url -> !planned.contains(url)).toList();
        throw BadFlagException.refused("--initial-advertise-peer-urls has " + joined(unplanned) + " but missing from --initial-cluster="
                + UrlList.format(name, planned));
    }

    private static Set<String> resolved(List<URI> urls, UnaryOperator<String> resolve) {
        var resolved = new TreeSet<String>();
        for (URI url : urls) {
            String authority = String.valueOf(url.getRawAuthority());
            String port = authority.substring(authority.lastIndexOf(':') + 1);
            resolved.add(url.getScheme() + "://" + resolve.apply(UrlList.host(url)) + ":" + port);
        }
        return resolved;
    }

    private static String joined(List<URI> urls) {
        return urls.stream().map(URI::toString).collect(Collectors.joining(","));
    }

    private static String quoted(Collection<String> urls) {
        return urls.stream().map(url -> "\"" + url + "\"").collect(Collectors.joining(" ", "[", "]"));
    }
}
