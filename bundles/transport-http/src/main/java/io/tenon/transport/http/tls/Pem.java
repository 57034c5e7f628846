package io.tenon.transport.http.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates, keys and revocation lists out of PEM files, keys in each of the forms that Go reads. */
final class Pem {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final byte[] RSA = Der.sequence(Der.oid("1.2.840.113549.1.1.1"), Der.value(0x05));
    private static final byte[] EC = Der.oid("1.2.840.10045.2.1");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

    private Pem() {
    }

    private record Block(String label, byte[] der) {
    }

    /** All certificates of a file, in its order. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> all = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(text(file))) {
                if (block.label().equals("CERTIFICATE")) {
                    all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (CertificateException e) {
            throw new TlsException("x509: malformed certificate in " + file + ": " + e.getMessage(), e);
        }
        if (all.isEmpty()) {
            throw new TlsException("tls: failed to find any PEM data in certificate input (" + file + ")");
        }
        return all;
    }

    /** The first key of a file. */
    static PrivateKey privateKey(Path file) throws IOException {
        for (Block block : blocks(text(file))) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return key(block.der(), file);
                }
                case "RSA PRIVATE KEY" -> {
                    return key(wrap(RSA, block.der()), file);
                }
                case "EC PRIVATE KEY" -> {
                    // The curve is inside, where this form has it, and outside, where the other one wants it.
                    return key(wrap(Der.sequence(EC, Der.find(block.der(), Der.EXPLICIT)), block.der()), file);
                }
                default -> { }
            }
        }
        throw new TlsException("tls: failed to find any PEM data in key input (" + file + ")");
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.value(Der.OCTET_STRING, key));
    }

    private static PrivateKey key(byte[] pkcs8, Path file) throws IOException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException other) {
                // Of another kind: the next one is asked.
                continue;
            } catch (GeneralSecurityException e) {
                throw new TlsException("tls: " + e.getMessage(), e);
            }
        }
        throw new TlsException("tls: failed to parse private key (" + file + ")");
    }

    /** A revocation list, in PEM or bare. */
    static X509CRL revocations(Path file) throws IOException {
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(read(file)));
        } catch (GeneralSecurityException e) {
            throw new TlsException("x509: malformed revocation list " + file + ": " + e.getMessage(), e);
        }
    }

    /** One block as it stands in a file. */
    static String format(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    private static List<Block> blocks(String text) throws IOException {
        List<Block> blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(text);
        while (found.find()) {
            try {
                blocks.add(new Block(found.group(1), Base64.getMimeDecoder().decode(found.group(2))));
            } catch (IllegalArgumentException e) {
                throw new TlsException("tls: malformed PEM data: " + e.getMessage(), e);
            }
        }
        return blocks;
    }

    private static String text(Path file) throws IOException {
        return new String(read(file), StandardCharsets.ISO_8859_1);
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TlsException("open " + file + ": no such file or directory", e);
        } catch (IOException e) {
            throw new TlsException("open " + file + ": " + e.getMessage(), e);
        }
    }
}
