package io.tenon.transport.http.tls;

import io.tenon.api.config.NodeConfig;
import io.tenon.api.config.UrlAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code --peer-*} flags of TLS.
 *
 * @param own       certificate and key that this member shows
 * @param asClient  what it shows instead when it connects
 * @param trusted   who vouches for others; without it the system's authorities
 * @param access    who may connect
 * @param automatic make certificates, and believe everybody
 * @param folder    where certificates are made
 * @param hosts     names and addresses that this member listens on, for which certificates are made
 */
public record TlsSettings(Optional<Files> own, Optional<Files> asClient, Optional<Path> trusted, Access access, boolean automatic, Path folder,
                          List<String> hosts) {

    /** PEM files. */
    public record Files(Path certificate, Path key) {
    }

    /**
     * Who may connect.
     *
     * @param certificateWanted   without a certificate nobody
     * @param names               common names, one of which a certificate has to have; empty for any
     * @param hostnames           host names, one of which a certificate has to be for; empty for any
     * @param revoked             a list of certificates that are not valid any more
     * @param addressVerification whether a certificate that is for certain addresses or hosts has to come from one of them
     */
    public record Access(boolean certificateWanted, List<String> names, List<String> hostnames, Optional<Path> revoked,
                         boolean addressVerification) {
    }

    /** As Go reads it. */
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final String SKIP_SAN = "peer-skip-client-san-verification";

    public static TlsSettings of(NodeConfig config) {
        Map<String, String> flags = config.flags();
        Optional<Path> trusted = path(flags, "peer-trusted-ca-file");
        boolean skip = isTrue(flags, SKIP_SAN) || isTrue(flags, "experimental-" + SKIP_SAN);
        Access access = new Access(isTrue(flags, "peer-client-cert-auth") || trusted.isPresent(), list(flags, "peer-cert-allowed-cn"),
                list(flags, "peer-cert-allowed-hostname"), path(flags, "peer-crl-file"), !skip);
        List<String> hosts = config.urls().listenPeer().stream().map(UrlAddress::host).distinct().toList();
        return new TlsSettings(files(flags, "peer-cert-file", "peer-key-file"), files(flags, "peer-client-cert-file", "peer-client-key-file"),
                trusted, access, isTrue(flags, "peer-auto-tls"), config.dataDirectory().resolve("fixtures").resolve("peer"), hosts);
    }

    /** True when no flag of TLS is given: only {@code http} is spoken, or {@code https} to others as the system sees fit. */
    boolean isUnset() {
        return own.isEmpty() && asClient.isEmpty() && trusted.isEmpty() && !automatic;
    }

    private static String text(Map<String, String> flags, String name) {
        return flags.getOrDefault(name, "").strip();
    }

    private static boolean isTrue(Map<String, String> flags, String name) {
        return TRUE.contains(text(flags, name));
    }

    private static Optional<Path> path(Map<String, String> flags, String name) {
        return Optional.of(text(flags, name)).filter(value -> !value.isEmpty()).map(Path::of);
    }

    private static List<String> list(Map<String, String> flags, String name) {
        return Arrays.stream(text(flags, name).split(",")).map(String::strip).filter(value -> !value.isEmpty()).toList();
    }

    /** Both or neither: one without the other is as good as none, as in etcd. */
    private static Optional<Files> files(Map<String, String> flags, String certificate, String key) {
        return path(flags, certificate).flatMap(first -> path(flags, key).map(second -> new Files(first, second)));
    }
}
