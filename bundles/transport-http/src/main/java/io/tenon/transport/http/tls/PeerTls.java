package io.tenon.transport.http.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** How connections between members are secured. Any thread. */
public final class PeerTls {
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);

    private final Optional<SSLContext> server;
    private final Optional<SSLContext> client;
    private final Optional<Admission> admission;
    private final boolean verifiesHosts;

    private PeerTls(Optional<SSLContext> server, Optional<SSLContext> client, Optional<Admission> admission, boolean verifiesHosts) {
        this.server = server;
        this.client = client;
        this.admission = admission;
        this.verifiesHosts = verifiesHosts;
    }

    /** Without any flag: {@code http} is served, and {@code https} to others is believed as the system sees fit. */
    public static PeerTls none() {
        return new PeerTls(Optional.empty(), Optional.empty(), Optional.empty(), true);
    }

    /**
     * Reads all files once, and makes those that are to be made.
     *
     * @throws IOException with etcd's words when one is missing or wrong
     */
    public static PeerTls of(TlsSettings settings) throws IOException {
        if (settings.isUnset()) {
            return none();
        }
        TlsSettings.Access access = settings.access();
        if (!access.names().isEmpty() && !access.hostnames().isEmpty()) {
            throw new TlsException("AllowedCNs and AllowedHostnames are mutually exclusive (cns=" + quoted(access.names()) + ", hostnames="
                    + quoted(access.hostnames()) + ")");
        }
        // Certificates that are given are used, whatever is said of making some.
        boolean automatic = settings.automatic() && settings.own().isEmpty();
        Optional<TlsSettings.Files> own = automatic ? Optional.of(SelfSigned.in(settings.folder(), settings.hosts())) : settings.own();
        X509ExtendedTrustManager trust = settings.trusted().isPresent() ? PeerTrust.inFile(settings.trusted().get()) : PeerTrust.ofSystem();
        Optional<TlsSettings.Files> shown = settings.asClient().isPresent() ? settings.asClient() : own;
        return new PeerTls(own.isPresent() ? Optional.of(context(own, trust)) : Optional.empty(),
                Optional.of(context(shown, automatic ? new AnyPeer() : trust)), Optional.of(Admission.of(access)), !automatic);
    }

    private static String quoted(List<String> texts) {
        return "[\"" + String.join("\" \"", texts) + "\"]";
    }

    private static SSLContext context(Optional<TlsSettings.Files> files, X509ExtendedTrustManager trust) throws IOException {
        KeyManager[] keys = {};
        if (files.isPresent()) {
            TlsSettings.Files read = files.get();
            keys = new KeyManager[] {new PeerKeys(Fresh.of(List.of(read.certificate(), read.key()),
                    () -> Credentials.read(read.certificate(), read.key())))};
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {trust}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new TlsException("tls: " + e.getMessage(), e);
        }
    }

    /** For peer ports of {@code https}; empty without a certificate. */
    public Optional<SSLContext> serverContext() {
        return server;
    }

    /** Who may connect to them. */
    public Optional<Admission> admission() {
        return admission;
    }

    /** For {@code https} to others; empty for the system's own. */
    public Optional<SSLContext> clientContext() {
        return client;
    }

    /** Shakes hands over a connection that is open, and checks that the other end is who it should be. Blocks for a bounded time. */
    public Socket wrap(Socket socket, String host, int port) throws IOException {
        SSLSocket secured = (SSLSocket) contextOrSystem().getSocketFactory().createSocket(socket, host, port, true);
        if (verifiesHosts) {
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
        }
        secured.setSoTimeout(Math.toIntExact(HANDSHAKE_LIMIT.toMillis()));
        secured.startHandshake();
        secured.setSoTimeout(0);
        return secured;
    }

    private SSLContext contextOrSystem() throws IOException {
        try {
            return client.isPresent() ? client.get() : SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new TlsException("tls: " + e.getMessage(), e);
        }
    }
}
