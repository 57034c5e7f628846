package io.tenon.transport.http.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Makes a certificate that nobody vouches for, as {@code --peer-auto-tls} wants it, and keeps it for later starts. */
final class SelfSigned {
    private static final String ECDSA_SHA512 = "1.2.840.10045.4.3.4";
    private static final int SERIAL_BITS = 127;
    private static final int VALID_DAYS = 365;
    private static final int DNS = Der.IMPLICIT | 2;
    private static final int ADDRESS = Der.IMPLICIT | 7;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private SelfSigned() {
    }

    /** The files in this folder; made when they are not there. */
    static TlsSettings.Files in(Path folder, List<String> hosts) throws IOException {
        TlsSettings.Files files = new TlsSettings.Files(folder.resolve("cert.pem"), folder.resolve("key.pem"));
        if (!Files.exists(files.certificate()) || !Files.exists(files.key())) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                make(files, hosts);
            } catch (GeneralSecurityException e) {
                throw new TlsException("cannot make a certificate: " + e.getMessage(), e);
            }
        }
        return files;
    }

    private static void make(TlsSettings.Files files, List<String> hosts) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp521r1"));
        KeyPair pair = generator.generateKeyPair();
        write(files.key(), Pem.format("PRIVATE KEY", pair.getPrivate().getEncoded()));
        write(files.certificate(), Pem.format("CERTIFICATE", certificate(pair, hosts, Instant.now())));
    }

    private static void write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }

    static byte[] certificate(KeyPair pair, List<String> hosts, Instant now) throws IOException, GeneralSecurityException {
        byte[] algorithm = Der.sequence(Der.oid(ECDSA_SHA512));
        byte[] name = Der.sequence(Der.value(Der.SET, Der.sequence(Der.oid("2.5.4.10"), Der.text(Der.UTF8_STRING, "etcd"))));
        byte[] validity = Der.sequence(time(now), time(now.plus(VALID_DAYS, ChronoUnit.DAYS)));
        byte[] signed = Der.sequence(Der.value(Der.EXPLICIT, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom())), algorithm, name, validity, name, pair.getPublic().getEncoded(),
                Der.value(Der.EXPLICIT | 3, extensions(hosts)));
        Signature signature = Signature.getInstance("SHA512withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(signed);
        return Der.sequence(signed, algorithm, Der.bits(signature.sign()));
    }

    private static byte[] time(Instant instant) {
        return Der.text(Der.GENERALIZED_TIME, TIME.format(instant));
    }

    private static byte[] extensions(List<String> hosts) throws IOException {
        byte[][] names = new byte[hosts.size()][];
        for (int i = 0; i < names.length; i++) {
            names[i] = alternative(hosts.get(i));
        }
        // Digital signature and key encipherment; for servers, and for clients, since a peer is both.
        return Der.sequence(critical("2.5.29.15", Der.value(Der.BIT_STRING, new byte[] {5, (byte) 0xa0})),
                extension("2.5.29.37", Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"), Der.oid("1.3.6.1.5.5.7.3.2"))),
                critical("2.5.29.19", Der.sequence()), extension("2.5.29.17", Der.sequence(names)));
    }

    private static byte[] alternative(String host) {
        try {
            return Der.value(ADDRESS, InetAddress.ofLiteral(host).getAddress());
        } catch (IllegalArgumentException noAddress) {
            return Der.text(DNS, host);
        }
    }

    private static byte[] extension(String oid, byte[] content) {
        return Der.sequence(Der.oid(oid), Der.value(Der.OCTET_STRING, content));
    }

    private static byte[] critical(String oid, byte[] content) {
        return Der.sequence(Der.oid(oid), Der.value(Der.BOOLEAN, new byte[] {(byte) 0xff}), Der.value(Der.OCTET_STRING, content));
    }
}
