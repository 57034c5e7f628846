package io.tenon.cluster;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.config.UrlAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Peer URLs as they are told. */
final class MemberUrls {
    private static final Set<String> ON_NETWORK = Set.of("http", "https");
    private static final Set<String> ON_MACHINE = Set.of("unix", "unixs");

    private MemberUrls() {
    }

    /** The URLs of a member that is to be added, sorted as etcd sorts them; empty when there is none or one is none. */
    static Optional<List<String>> ofAdded(List<String> told) {
        List<String> urls = told.stream().map(String::strip).sorted().toList();
        return urls.isEmpty() || !urls.stream().allMatch(MemberUrls::isValid) ? Optional.empty() : Optional.of(urls);
    }

    private static boolean isValid(String text) {
        return parse(text).filter(url -> url.getScheme() != null && (ON_MACHINE.contains(url.getScheme())
                || ON_NETWORK.contains(url.getScheme()) && url.getRawAuthority() != null
                && UrlAddress.isHostAndPort(url.getRawAuthority()) && url.getRawPath().isEmpty())).isPresent();
    }

    /** Where a member may be called; nobody looked at its URLs when they were changed, so what is none is left out. */
    static List<URI> callable(ClusterMember member) {
        List<URI> urls = new ArrayList<>();
        for (String text : member.peerUrls()) {
            parse(text).filter(url -> UrlAddress.of(url).isPresent()).ifPresent(urls::add);
        }
        return urls;
    }

    private static Optional<URI> parse(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException none) {
            return Optional.empty();
        }
    }
}
