package io.tenon.transport.http.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Shows the certificate that is in the files at the time of each handshake. A handshake asks for an alias and then for what belongs to it, so an alias
 * names one reading, and the one before stays known for handshakes that are under way. Any thread.
 */
final class PeerKeys extends X509ExtendedKeyManager {
    private final Fresh<Credentials> credentials;
    private Credentials newest;
    private Credentials before;
    private int readings;

    PeerKeys(Fresh<Credentials> credentials) {
        this.credentials = credentials;
        newest = credentials.get();
        before = newest;
    }

    private synchronized String[] aliases(String keyType) {
        Credentials now = credentials.get();
        if (now != newest) {
            before = newest;
            newest = now;
            readings++;
        }
        String algorithm = newest.key().getAlgorithm();
        boolean fits = keyType.equals(algorithm) || algorithm.equals("EC") && keyType.startsWith("EC_");
        return fits ? new String[] {String.valueOf(readings)} : null;
    }

    private synchronized Credentials named(String alias) {
        return alias.equals(String.valueOf(readings)) ? newest : before;
    }

    private String firstFor(String[] keyTypes) {
        return Arrays.stream(keyTypes).map(this::aliases).filter(names -> names != null).map(names -> names[0]).findFirst().orElse(null);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return firstFor(keyTypes);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return firstFor(new String[] {keyType});
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return firstFor(keyTypes);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return firstFor(new String[] {keyType});
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return named(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return named(alias).key();
    }
}
