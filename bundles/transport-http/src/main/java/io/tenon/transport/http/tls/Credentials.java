package io.tenon.transport.http.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/** A certificate with what signed it, and its key. */
record Credentials(List<X509Certificate> chain, PrivateKey key) {

    /** @throws TlsException a file cannot be read, or the two do not belong together */
    static Credentials read(Path certificate, Path key) throws IOException {
        Credentials read = new Credentials(Pem.certificates(certificate), Pem.privateKey(key));
        if (!read.belongTogether()) {
            throw new TlsException("tls: private key does not match public key");
        }
        return read;
    }

    private boolean belongTogether() throws TlsException {
        PublicKey open = chain.getFirst().getPublicKey();
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            return signature.verify(signed);
        } catch (InvalidKeyException other) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new TlsException("tls: " + e.getMessage(), e);
        }
    }
}
