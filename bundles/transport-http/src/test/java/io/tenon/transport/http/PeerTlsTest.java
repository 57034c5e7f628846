package io.tenon.transport.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.testkit.transport.HandInbox;
import io.tenon.transport.http.tls.PeerTls;
import io.tenon.transport.http.tls.TlsSettings;
import io.tenon.transport.http.tls.TlsSettings.Access;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members over TLS. The certificates in the resources hold for a hundred years. */
class PeerTlsTest {
    private static final List<String> FILES = List.of("ca.pem", "member.pem", "elsewhere.pem", "rsa.pem", "member-key.pem", "elsewhere-key.pem",
            "rsa-key.pem", "rsa-pkcs8-key.pem", "member-pkcs8-key.pem", "revoked.pem");
    private static final Access MUTUAL = new Access(true, List.of(), List.of(), Optional.empty(), true);

    @TempDir
    private Path folder;

    @BeforeEach
    void copyFiles() throws IOException {
        for (String file : FILES) {
            try (InputStream in = PeerTlsTest.class.getResourceAsStream("tls/" + file)) {
                Files.copy(in, folder.resolve(file));
            }
        }
    }

    private Optional<TlsSettings.Files> files(String name, String key) {
        return Optional.of(new TlsSettings.Files(folder.resolve(name + ".pem"), folder.resolve(key + "-key.pem")));
    }

    private TlsSettings settings(String name, Access access) {
        return new TlsSettings(files(name, name), Optional.empty(), Optional.of(folder.resolve("ca.pem")), access, false, folder, List.of());
    }

    private static void assertMessagesPass(PeerTls tls) throws IOException {
        Network network = new Network(List.of(1L, 2L), "https", tls);
        HandInbox inbox = new HandInbox();
        RecordedControl control = new RecordedControl();
        try (Network.Member first = network.start(1, new HandInbox(), control); Network.Member second = network.start(2, inbox, control)) {
            inbox.await("streams over TLS", _ -> first.transport().isConnected(2) && second.transport().isConnected(1));
            first.transport().send(List.of(Message.of(MessageType.HEARTBEAT, 2, 1, 7)));
            inbox.await("a message over TLS", one -> one.messages().equals(List.of(Message.of(MessageType.HEARTBEAT, 2, 1, 7))));
            assertEquals(List.of(), control.told());
        }
    }

    @Test
    void membersWithCertificatesSpeakToEachOther() throws IOException {
        assertMessagesPass(PeerTls.of(settings("member", MUTUAL)));
        assertMessagesPass(PeerTls.of(settings("rsa", new Access(true, List.of("rsa.example"), List.of(), Optional.empty(), true))));
        assertMessagesPass(PeerTls.of(settings("rsa", new Access(true, List.of(), List.of("host.example"), Optional.empty(), true))));
        assertMessagesPass(PeerTls.of(settings("member", new Access(true, List.of(), List.of(), revoked(), true))));
    }

    private Optional<Path> revoked() {
        return Optional.of(folder.resolve("revoked.pem"));
    }

    @Test
    void membersMakeTheirOwnCertificatesOnce() throws IOException {
        Path made = folder.resolve("fixtures").resolve("peer");
        TlsSettings automatic = new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty(),
                new Access(false, List.of(), List.of(), Optional.empty(), true), true, made, List.of("127.0.0.1", "localhost"));
        assertMessagesPass(PeerTls.of(automatic));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made.resolve("key.pem"))));
        String certificate = Files.readString(made.resolve("cert.pem"));
        assertMessagesPass(PeerTls.of(automatic));
        assertEquals(certificate, Files.readString(made.resolve("cert.pem")));
    }

    /** What a member answers to a request over a connection with these certificates. */
    private static int status(PeerTls server, PeerTls client) throws IOException {
        Network network = new Network(List.of(1L), "https", server);
        HandInbox inbox = new HandInbox();
        try (Network.Member member = network.start(1, inbox, new RecordedControl())) {
            inbox.await("the port is open", _ -> !member.transport().addresses().isEmpty());
            Connector connector = new Connector(client, IncomingStream.READ_LIMIT);
            try (Connection connection = connector.connect(connector.newSocket(), network.url(1))) {
                connection.readLimit(IncomingStream.READ_LIMIT);
                connection.get(RaftHandler.PROBING, new LinkedHashMap<>());
                return connection.readHead().status();
            }
        }
    }

    private void assertRefused(Access access, TlsSettings client) throws IOException {
        PeerTls server = PeerTls.of(settings("member", access));
        assertEquals(200, status(PeerTls.of(settings("member", MUTUAL)), PeerTls.of(settings("member", MUTUAL))));
        PeerTls from = PeerTls.of(client);
        assertThrows(IOException.class, () -> status(server, from));
    }

    @Test
    void whoeverMayNotConnectIsRefused() throws IOException {
        TlsSettings bare = new TlsSettings(Optional.empty(), Optional.empty(), Optional.of(folder.resolve("ca.pem")), MUTUAL, false, folder, List.of());
        assertRefused(MUTUAL, bare);
        assertRefused(MUTUAL, settings("elsewhere", MUTUAL));
        assertRefused(new Access(true, List.of("somebody"), List.of(), Optional.empty(), true), settings("member", MUTUAL));
        assertRefused(new Access(true, List.of(), List.of("host.example"), Optional.empty(), true), settings("member", MUTUAL));
        assertRefused(new Access(true, List.of(), List.of(), revoked(), true), settings("rsa", MUTUAL));
    }

    /** What a member that wants certificates for one host answers to somebody whose certificate it believes, and is for another name. */
    private int statusFor(String name) throws IOException {
        Path made = folder.resolve("for" + name);
        PeerTls client = PeerTls.of(new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty(), MUTUAL, true, made, List.of(name)));
        Access onlyOne = new Access(true, List.of(), List.of("etcd.example.com"), Optional.empty(), false);
        return status(PeerTls.of(new TlsSettings(files("member", "member"), Optional.empty(), Optional.of(made.resolve("cert.pem")), onlyOne,
                false, folder, List.of())), client);
    }

    @Test
    void certificateForANameThatNoHostCanHaveIsRefused() throws IOException {
        assertEquals(200, statusFor("etcd.example.com"));
        for (String name : List.of("other.example.com", ".example.com", "a..example.com", "a".repeat(64) + ".example.com")) {
            assertThrows(IOException.class, () -> statusFor(name), name);
        }
    }

    /** A handshake of which nothing is told cannot be checked. */
    @Test
    void checkThatFailsRefuses() throws IOException {
        Handshakes handshakes = new Handshakes(PeerTls.of(settings("member", MUTUAL)).admission().orElseThrow());
        assertThrows(SSLException.class, () -> handshakes.handshakeSucceeded(null));
    }

    @Test
    void certificateForAnotherAddressMayPassOnRequest() throws IOException {
        Access anywhere = new Access(true, List.of(), List.of(), Optional.empty(), false);
        assertEquals(200, status(PeerTls.of(settings("member", anywhere)), PeerTls.of(settings("elsewhere", MUTUAL))));
    }

    @Test
    void replacedCertificatesAreShown() throws IOException {
        PeerTls tls = PeerTls.of(settings("member", MUTUAL));
        Network network = new Network(List.of(1L), "https", tls);
        HandInbox inbox = new HandInbox();
        try (Network.Member member = network.start(1, inbox, new RecordedControl())) {
            inbox.await("the port is open", _ -> !member.transport().addresses().isEmpty());
            String before = shown(tls, network.url(1));
            assertTrue(before.contains("member.example"), before);
            Files.copy(folder.resolve("rsa.pem"), folder.resolve("member.pem"), StandardCopyOption.REPLACE_EXISTING);
            assertEquals(before, shown(tls, network.url(1)), "a certificate without its key");
            Files.copy(folder.resolve("rsa-pkcs8-key.pem"), folder.resolve("member-key.pem"), StandardCopyOption.REPLACE_EXISTING);
            String after = shown(tls, network.url(1));
            assertNotEquals(before, after);
            assertTrue(after.contains("rsa.example"), after);
        }
    }

    private static String shown(PeerTls tls, URI url) throws IOException {
        try (Socket socket = tls.wrap(new Socket("127.0.0.1", url.getPort()), "127.0.0.1", url.getPort())) {
            return ((SSLSocket) socket).getSession().getPeerPrincipal().getName();
        }
    }

    @Test
    void everyFormOfAKeyIsRead() throws IOException {
        for (List<String> pair : List.of(List.of("member", "member"), List.of("member", "member-pkcs8"), List.of("rsa", "rsa"),
                List.of("rsa", "rsa-pkcs8"), List.of("elsewhere", "elsewhere"))) {
            PeerTls read = PeerTls.of(new TlsSettings(files(pair.get(0), pair.get(1)), Optional.empty(), Optional.empty(), MUTUAL, false, folder,
                    List.of()));
            assertTrue(read.serverContext().isPresent(), pair.toString());
        }
    }

    @Test
    void whatCannotBeUsedIsSaidInEtcdsWords() {
        assertEquals("open " + folder.resolve("nope.pem") + ": no such file or directory",
                assertThrows(IOException.class, () -> PeerTls.of(settings("nope", MUTUAL))).getMessage());
        TlsSettings mixed = new TlsSettings(files("member", "rsa"), Optional.empty(), Optional.empty(), MUTUAL, false, folder, List.of());
        assertEquals("tls: private key does not match public key", assertThrows(IOException.class, () -> PeerTls.of(mixed)).getMessage());
        TlsSettings both = settings("member", new Access(true, List.of("a"), List.of("b"), Optional.empty(), true));
        assertEquals("AllowedCNs and AllowedHostnames are mutually exclusive (cns=[\"a\"], hostnames=[\"b\"])",
                assertThrows(IOException.class, () -> PeerTls.of(both)).getMessage());
    }

    @Test
    void securePortWithoutCertificateEndsTheNode() throws IOException {
        Network network = new Network(List.of(1L), "https", PeerTls.none());
        RecordedControl control = new RecordedControl();
        HandInbox inbox = new HandInbox();
        try (Network.Member member = network.start(1, inbox, control)) {
            inbox.await("the node is told to end", _ -> !control.told().isEmpty());
            assertEquals(List.of("fail: cannot listen on TLS for 127.0.0.1:" + network.url(1).getPort()
                    + ": KeyFile and CertFile are not presented"), control.told());
            assertTrue(member.transport().addresses().isEmpty());
        }
    }
}
