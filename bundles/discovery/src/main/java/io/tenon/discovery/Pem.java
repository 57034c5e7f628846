package io.tenon.discovery;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys out of PEM files, keys in each of the forms that Go reads. */
final class Pem {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    /** {@code rsaEncryption} with no parameters. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    /** {@code id-ecPublicKey}. */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int CURVE = 0xa0;
    private static final int LONG_LENGTH = 0x80;

    private Pem() {
    }

    /** All certificates of a file, in its order. */
    static List<X509Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> all = new ArrayList<>();
        Matcher block = blocks(file);
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der(block))));
            }
        }
        if (all.isEmpty()) {
            throw new IOException("no certificate in " + file);
        }
        return all;
    }

    /** The first key of a file. */
    static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher block = blocks(file);
        while (block.find()) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return key(der(block));
                }
                case "RSA PRIVATE KEY" -> {
                    return key(wrap(RSA, der(block)));
                }
                case "EC PRIVATE KEY" -> {
                    // The curve is inside, where this form has it, and outside, where the other one wants it.
                    return key(wrap(value(SEQUENCE, EC, find(CURVE, der(block))), der(block)));
                }
                default -> { }
            }
        }
        throw new IOException("no private key in " + file);
    }

    private static Matcher blocks(Path file) throws IOException {
        return BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    private static byte[] der(Matcher block) {
        return Base64.getMimeDecoder().decode(block.group(2));
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        GeneralSecurityException last = new InvalidKeySpecException("no known kind of private key");
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException other) {
                // Of another kind: the next one is asked.
                last = other;
            }
        }
        throw last;
    }

    /** A bare key in PKCS #8. */
    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return value(SEQUENCE, VERSION_0, algorithm, value(OCTET_STRING, key));
    }

    /** A value of DER: its tag, its length, and its parts one after another. */
    private static byte[] value(int tag, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < LONG_LENGTH) {
            out.write(length);
        } else {
            out.write(LONG_LENGTH | 2);
            out.write(length >> Byte.SIZE);
            out.write(length);
        }
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    /** The content of the first value with this tag among the parts of a sequence; empty without one. */
    private static byte[] find(int tag, byte[] sequence) {
        int at = content(sequence, 0);
        while (at + 1 < sequence.length) {
            int from = content(sequence, at);
            int to = Math.min(sequence.length, from + length(sequence, at));
            if ((sequence[at] & 0xff) == tag) {
                return Arrays.copyOfRange(sequence, Math.min(from, to), to);
            }
            at = Math.max(to, at + 1);
        }
        return new byte[0];
    }

    /** Where the content of the value that begins there begins; keys of these kinds are shorter than 64 KiB. */
    private static int content(byte[] der, int at) {
        return at + 2 + (at + 1 < der.length && der[at + 1] < 0 ? der[at + 1] & LONG_LENGTH - 1 : 0);
    }

    private static int length(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        if (length < LONG_LENGTH) {
            return length;
        }
        length = 0;
        for (int i = at + 2; i < Math.min(der.length, content(der, at)); i++) {
            length = length << Byte.SIZE | der[i] & 0xff;
        }
        return Math.max(0, length);
    }
}
