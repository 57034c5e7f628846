package io.tenon.transport.http.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLException;

/** Decides on a peer that has shown a certificate which is vouched for. Any thread; may ask the name service. */
public final class Admission {
    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private final TlsSettings.Access access;
    private final Optional<Fresh<Set<BigInteger>>> revoked;

    private Admission(TlsSettings.Access access, Optional<Fresh<Set<BigInteger>>> revoked) {
        this.access = access;
        this.revoked = revoked;
    }

    static Admission of(TlsSettings.Access access) throws IOException {
        if (access.revoked().isEmpty()) {
            return new Admission(access, Optional.empty());
        }
        Path file = access.revoked().get();
        return new Admission(access, Optional.of(Fresh.of(List.of(file), () -> serials(Pem.revocations(file)))));
    }

    private static Set<BigInteger> serials(X509CRL list) {
        Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
        return entries == null ? Set.of() : entries.stream().map(X509CRLEntry::getSerialNumber).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether whoever connects has to show a certificate. */
    public boolean certificateWanted() {
        return access.certificateWanted();
    }

    /** @throws SSLException it may not connect; the message says why */
    public void check(List<X509Certificate> chain, InetAddress remote) throws SSLException {
        if (revoked.isPresent() && chain.stream().anyMatch(one -> revoked.get().get().contains(one.getSerialNumber()))) {
            throw new SSLException("certificate is revoked, serial " + chain.getFirst().getSerialNumber().toString(16));
        }
        X509Certificate certificate = chain.getFirst();
        if (!access.names().isEmpty() && !access.names().contains(commonName(certificate))) {
            throw new SSLException("client certificate authentication failed: common name \"" + commonName(certificate) + "\" is not allowed");
        }
        List<String> names = alternatives(certificate, DNS);
        if (!access.hostnames().isEmpty() && access.hostnames().stream().noneMatch(host -> isFor(names, host))) {
            throw new SSLException("client certificate authentication failed: it is for none of " + access.hostnames());
        }
        if (access.addressVerification()) {
            checkAddress(alternatives(certificate, ADDRESS), names, remote);
        }
    }

    private static void checkAddress(List<String> addresses, List<String> names, InetAddress remote) throws SSLException {
        if (addresses.isEmpty() && names.isEmpty()) {
            return;
        }
        boolean there = addresses.stream().anyMatch(address -> isAddress(address, remote))
                || names.stream().filter(name -> !name.startsWith("*.")).anyMatch(name -> resolvesTo(name, remote))
                || !names.isEmpty() && isFor(names, remote.getCanonicalHostName());
        if (!there) {
            throw new SSLException("x509: certificate is valid for " + String.join(", ", addresses.isEmpty() ? names : addresses) + ", not "
                    + remote.getHostAddress());
        }
    }

    private static boolean isAddress(String text, InetAddress remote) {
        try {
            return InetAddress.ofLiteral(text).equals(remote);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean resolvesTo(String name, InetAddress remote) {
        try {
            return Arrays.asList(InetAddress.getAllByName(name)).contains(remote);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether one of these names, the first label of which may be a star, covers a host. */
    private static boolean isFor(Collection<String> names, String host) {
        return normal(host).filter(wanted -> names.stream().map(Admission::normal).flatMap(Optional::stream)
                .anyMatch(name -> covers(name, wanted))).isPresent();
    }

    private static boolean covers(String name, String host) {
        int dot = host.indexOf('.');
        return name.equals(host) || name.startsWith("*.") && dot > 0 && host.substring(dot).equals(name.substring(1));
    }

    /** Empty for what cannot be the name of a host: a label without or with too many characters. */
    private static Optional<String> normal(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        try {
            return Optional.of(IDN.toASCII(lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower, IDN.ALLOW_UNASSIGNED));
        } catch (IllegalArgumentException noName) {
            return Optional.empty();
        }
    }

    private static String commonName(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName()).getRdns().stream()
                    .filter(part -> part.getType().equalsIgnoreCase("CN")).map(Rdn::getValue).map(String::valueOf).findFirst().orElse("");
        } catch (InvalidNameException e) {
            return "";
        }
    }

    private static List<String> alternatives(X509Certificate certificate, int kind) throws SSLException {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            return all == null ? List.of()
                    : all.stream().filter(one -> one.get(0).equals(kind)).map(one -> String.valueOf(one.get(1))).toList();
        } catch (CertificateParsingException e) {
            throw new SSLException("x509: malformed names in a certificate", e);
        }
    }
}
