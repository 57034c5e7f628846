package io.tenon.blackbox;

import static io.tenon.blackbox.EtcdClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that cannot start says why in one line, ends with a status that is not zero, and leaves what it found as it was. */
class BadStartIT {
    @TempDir
    private Path directory;

    private Path data() {
        return directory.resolve("node.etcd");
    }

    /** A stopped node with ten keys. */
    private void makeNode() throws Exception {
        try (TenonServer server = TenonServer.start(data()); EtcdClient client = new EtcdClient(server)) {
            for (int number = 0; number < 10; number++) {
                client.putOk("key/" + number, bytes("value".repeat(200)));
            }
            server.stop();
        }
    }

    private String refused(String... flags) {
        return refused(TenonServer.freePort(), flags);
    }

    private String refused(int port, String... flags) {
        TenonServer server = TenonServer.startInVain(data(), port, flags);
        String log = server.log();
        assertEquals(1, server.exitStatus(), log);
        List<String> complaints = log.lines().filter(line -> line.contains("\"level\":\"error\"") || line.contains("\"level\":\"fatal\"")
                || !line.startsWith("{")).toList();
        assertEquals(1, complaints.size(), log);
        return complaints.getFirst();
    }

    /** Refused, and every file of the log and the engine is what it was. */
    private String refusedUntouched(String... flags) throws IOException {
        Map<Path, Long> before = files();
        String line = refused(flags);
        assertEquals(before, files());
        return line;
    }

    private Map<Path, Long> files() throws IOException {
        Map<Path, Long> files = new HashMap<>();
        try (Stream<Path> all = Files.walk(data().resolve("member"))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(file, Files.size(file));
            }
        }
        return files;
    }

    private static void assertSays(String line, String... words) {
        for (String word : words) {
            assertTrue(line.contains(word), "expected \"" + word + "\": " + line);
        }
    }

    private Path engineFolder() throws IOException {
        try (Stream<Path> all = Files.list(data().resolve("member/tenon"))) {
            return all.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    /** The segment that holds the entries. */
    private Path segment() throws IOException {
        try (Stream<Path> all = Files.list(data().resolve("member/wal"))) {
            return all.filter(path -> path.toString().endsWith(".wal")).min(Comparator.naturalOrder()).orElseThrow();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void manifestThatIsDamaged() throws Exception {
        makeNode();
        Path manifest = data().resolve("member/tenon/MANIFEST");
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[bytes.length / 2] ^= (byte) 0x80;
        Files.write(manifest, bytes);
        assertSays(refusedUntouched(), manifest.toString(), "damaged");
        assertEquals(ByteString.copyFrom(bytes), ByteString.copyFrom(Files.readAllBytes(manifest)));
    }

    @Test
    void engineThatWasDeleted() throws Exception {
        makeNode();
        Path folder = engineFolder();
        delete(folder);
        assertSays(refusedUntouched(), folder.toString(), "not there");
    }

    @Test
    void manifestThatWasDeletedBesideTheFolderOfAnotherEngine() throws Exception {
        makeNode();
        Files.delete(data().resolve("member/tenon/MANIFEST"));
        Files.move(engineFolder(), data().resolve("member/tenon/2-other"));
        assertSays(refusedUntouched(), "MANIFEST is missing", "2-other");
    }

    @Test
    void logThatIsDamagedInTheMiddle() throws Exception {
        makeNode();
        Path segment = segment();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(3000);
            file.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        }
        assertSays(refusedUntouched(), segment.getFileName().toString(), "offset");
    }

    @Test
    void logThatLostEntriesTheEngineHas() throws Exception {
        makeNode();
        Path segment = segment();
        long size = Files.size(segment);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.setLength(2048);
            file.setLength(size);
        }
        String line = refused();
        assertTrue(line.contains("log ends at") || line.contains("offset"), line);
    }

    @Test
    void tornTailOfTheLogIsRepaired() throws Exception {
        try (TenonServer server = TenonServer.start(data()); EtcdClient client = new EtcdClient(server)) {
            client.putOk("key", bytes("1"));
            server.kill();
        }
        try (RandomAccessFile file = new RandomAccessFile(segment().toFile(), "rw")) {
            long end = endOfRecords(file);
            file.seek(end);
            // A record that says it is 200 bytes long, of which the first few were written.
            file.write(new byte[] {(byte) 200, 0, 0, 0, 0, 0, 0, 0, 8, 2, 16});
        }
        try (TenonServer server = TenonServer.start(data()); EtcdClient client = new EtcdClient(server)) {
            assertEquals(bytes("1"), client.get("key").getKvs(0).getValue());
            client.assertServed();
        }
    }

    /** Where the records end and the zeros begin; each has its length and its padding in front. */
    private static long endOfRecords(RandomAccessFile file) throws IOException {
        long at = 0;
        while (true) {
            file.seek(at);
            long field = Long.reverseBytes(file.readLong());
            if (field == 0) {
                return at;
            }
            long length = field & 0x00ff_ffff_ffff_ffffL;
            long padding = field < 0 ? field >> 56 & 7 : 0;
            at += Long.BYTES + length + padding;
        }
    }

    @Test
    void secondServerOnTheSameDirectory() throws Exception {
        try (TenonServer server = TenonServer.start(data()); EtcdClient client = new EtcdClient(server)) {
            TenonServer second = TenonServer.startInVain(data(), TenonServer.freePort());
            assertEquals(1, second.exitStatus(), second.log());
            System.err.println("second server: " + second.log());
            client.assertServed();
        }
    }

    @Test
    void directoryThatIsAFile() throws Exception {
        Files.writeString(data(), "a file");
        assertSays(refused(), data().toString());
        assertEquals("a file", Files.readString(data()));
    }

    @Test
    void directoryBelowAFile() throws Exception {
        Files.writeString(directory.resolve("plain"), "a file");
        TenonServer server = TenonServer.startInVain(directory.resolve("plain2"), TenonServer.freePort(), "--data-dir",
                directory.resolve("plain/node.etcd").toString());
        assertEquals(1, server.exitStatus(), server.log());
        assertSays(server.log(), "plain/node.etcd");
    }

    @Test
    void portThatIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertSays(refused(taken.getLocalPort()), "listen tcp 127.0.0.1:" + taken.getLocalPort() + ": bind: address already in use");
        }
    }

    @Test
    void nameThatTheClusterDoesNotKnow() {
        assertSays(refused("--name", "a", "--initial-cluster", "b=http://localhost:2380", "--initial-advertise-peer-urls",
                "http://localhost:2380"), "couldn't find local name", "a");
        assertTrue(Files.notExists(data().resolve("member/wal")));
    }

    @Test
    void otherFlagsOfBootstrapAreIgnoredByANodeThatHasItsData() throws Exception {
        TenonServer first = TenonServer.start(data(), "--name", "one", "--initial-cluster", "one=http://localhost:2380");
        try (first; EtcdClient client = new EtcdClient(first)) {
            client.putOk("key", bytes("1"));
            assertNotEquals(0, first.stop());
            TenonServer again = first.withFlags("--name", "one", "--initial-cluster", "two=http://localhost:1234",
                    "--initial-cluster-token", "other", "--initial-cluster-state", "existing");
            try (again) {
                again.start();
                assertEquals(bytes("1"), client.get("key").getKvs(0).getValue());
            }
        }
    }
}
