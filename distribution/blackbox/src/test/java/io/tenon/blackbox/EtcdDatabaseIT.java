package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots and data directories go from Tenon to stock etcd and back. */
class EtcdDatabaseIT {
    @TempDir
    private Path folder;
    private GoEtcd etcd;

    @BeforeEach
    void find() {
        etcd = GoEtcd.required();
    }

    private String ctl(String endpoint, String... arguments) {
        return GoServer.etcdctl(etcd, endpoint, arguments);
    }

    /** Every kind of row: versions, a tombstone, a lease with a key, a value of many pages, and something that is compacted. */
    private void fill(String endpoint, int keys) {
        for (int i = 0; i < keys; i++) {
            ctl(endpoint, "put", "key" + i, "value ".repeat(40) + i);
        }
        ctl(endpoint, "put", "key1", "again");
        ctl(endpoint, "del", "key2");
        ctl(endpoint, "put", "large", "x".repeat(100_000));
        String lease = ctl(endpoint, "lease", "grant", "10000").split(" ")[1];
        ctl(endpoint, "put", "leased", "with a lease", "--lease=" + lease);
        ctl(endpoint, "compact", "5");
        ctl(endpoint, "put", "last", "after the compaction");
    }

    private record Hash(long hash, long revision, long compactRevision) {
    }

    /** Of all versions up to a revision. */
    private Hash hash(String endpoint, long revision) {
        JsonObject answer = JsonParser.parseString(ctl(endpoint, "endpoint", "hashkv", "--rev=" + revision, "-w", "json")).getAsJsonArray()
                .get(0).getAsJsonObject().getAsJsonObject("HashKV");
        return new Hash(answer.get("hash").getAsLong(), answer.getAsJsonObject("header").get("revision").getAsLong(),
                answer.get("compact_revision").getAsLong());
    }

    private static Path saved(Path data, String name) {
        return data.resolve("member").resolve("snap").resolve(name);
    }

    @Test
    void snapshotOfTenonIsRestoredByEtcdAndBack() throws IOException {
        Path backup = folder.resolve("backup.db");
        Hash before;
        try (TenonServer tenon = TenonServer.start(folder.resolve("tenon"))) {
            fill(tenon.endpoint(), 40);
            ctl(tenon.endpoint(), "snapshot", "save", backup.toString());
            before = hash(tenon.endpoint(), 0);
        }
        assertEquals(32, Files.size(backup) % 512);
        JsonObject status = JsonParser.parseString(GoServer.etcdutl(etcd, "snapshot", "status", backup.toString(), "-w", "json"))
                .getAsJsonObject();
        assertEquals(before.revision(), status.get("revision").getAsLong());
        Path restored = restore(backup, "restored");
        try (GoServer go = GoServer.start(etcd, restored)) {
            assertEquals(before, hash(go.endpoint(), 0));
            assertEquals("leased\nwith a lease", ctl(go.endpoint(), "get", "leased"));
            assertEquals(1, ctl(go.endpoint(), "lease", "list").lines().skip(1).count());
            go.stop();
        }
        try (TenonServer tenon = TenonServer.start(restore(backup, "restored-again"))) {
            assertEquals(before, hash(tenon.endpoint(), 0));
            assertEquals("OK", ctl(tenon.endpoint(), "put", "one", "more"));
        }
    }

    /** The backup's own cluster is still named in the database of such a directory; nobody of it is a member. */
    @Test
    void backupThatWasRestoredAsAnotherClusterStartsInTenon() {
        Path backup = folder.resolve("backup.db");
        try (TenonServer tenon = TenonServer.start(folder.resolve("tenon"))) {
            fill(tenon.endpoint(), 5);
            ctl(tenon.endpoint(), "snapshot", "save", backup.toString());
        }
        String peer = "http://127.0.0.1:" + TenonServer.freePort();
        Path data = folder.resolve("other");
        GoServer.etcdutl(etcd, "snapshot", "restore", backup.toString(), "--data-dir", data.toString(), "--name", "other", "--initial-cluster",
                "other=" + peer, "--initial-advertise-peer-urls", peer);
        try (TenonServer tenon = TenonServer.start(data, "--name", "other", "--listen-peer-urls", peer)) {
            String members = ctl(tenon.endpoint(), "member", "list");
            assertEquals(1, members.lines().count(), members);
            assertTrue(members.contains("other, " + peer), members);
            assertEquals("last\nafter the compaction", ctl(tenon.endpoint(), "get", "last"));
        }
    }

    private Path restore(Path backup, String name) {
        Path data = folder.resolve(name);
        GoServer.etcdutl(etcd, "snapshot", "restore", backup.toString(), "--data-dir", data.toString());
        return data;
    }

    @Test
    void directoryOfEtcdGoesOnInTenon() throws IOException {
        Path data = folder.resolve("data");
        Hash before;
        try (GoServer go = GoServer.start(etcd, data, "--snapshot-count=10")) {
            fill(go.endpoint(), 60);
            before = hash(go.endpoint(), 0);
            go.stop();
        }
        try (Stream<Path> files = Files.list(saved(data, ""))) {
            assertTrue(files.anyMatch(file -> file.toString().endsWith(".snap")), "etcd made snapshots");
        }
        try (TenonServer tenon = TenonServer.start(data)) {
            assertEquals(before, hash(tenon.endpoint(), 0));
            assertEquals("key1\nagain", ctl(tenon.endpoint(), "get", "key1"));
            assertEquals("OK", ctl(tenon.endpoint(), "put", "one", "more"));
            assertFalse(Files.exists(saved(data, "db")));
            assertTrue(Files.exists(saved(data, "db.imported")));
            tenon.stop();
            tenon.start();
            assertEquals("one\nmore", ctl(tenon.endpoint(), "get", "one"));
            assertEquals(before.hash(), hash(tenon.endpoint(), before.revision()).hash());
        }
    }

    @Test
    void directoryOfAKilledEtcdGoesOnBehindItsDatabase() {
        Path data = folder.resolve("data");
        Hash before;
        try (GoServer go = GoServer.start(etcd, data, "--backend-batch-interval=1h")) {
            fill(go.endpoint(), 30);
            before = hash(go.endpoint(), 0);
            for (int i = 0; i < 20; i++) {
                ctl(go.endpoint(), "put", "behind" + i, "only in the log");
            }
            go.kill();
        }
        try (TenonServer tenon = TenonServer.start(data)) {
            assertEquals("behind19\nonly in the log", ctl(tenon.endpoint(), "get", "behind19"));
            assertEquals(before.hash(), hash(tenon.endpoint(), before.revision()).hash());
        }
    }

    @Test
    void restoredDirectoryThatServedInEtcdHasTheMembersOfItsLog() {
        Path backup = folder.resolve("backup.db");
        try (GoServer go = GoServer.start(etcd, folder.resolve("first"))) {
            go.etcdctl("put", "a", "b");
            go.etcdctl("snapshot", "save", backup.toString());
        }
        // Its database still names the voters of the first cluster.
        Path data = folder.resolve("second");
        GoServer.etcdutl(etcd, "snapshot", "restore", backup.toString(), "--data-dir", data.toString(), "--initial-cluster-token", "other");
        try (GoServer go = GoServer.start(etcd, data)) {
            go.etcdctl("put", "a", "c");
            go.stop();
        }
        try (TenonServer tenon = TenonServer.start(data)) {
            assertEquals("a\nc", ctl(tenon.endpoint(), "get", "a"));
            assertEquals("OK", ctl(tenon.endpoint(), "put", "a", "d"));
        }
    }

    @Test
    void damagedDatabaseIsRefusedAndLeftAsItIs() throws IOException {
        Path data = folder.resolve("data");
        try (GoServer go = GoServer.start(etcd, data)) {
            fill(go.endpoint(), 40);
            go.stop();
        }
        Path database = saved(data, "db");
        byte[] bytes = Files.readAllBytes(database);
        for (int page = 2; page < bytes.length / 4096; page++) {
            // Every page says that it is the list of free pages.
            bytes[page * 4096 + 8] = 0x10;
        }
        Files.write(database, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        TenonServer tenon = TenonServer.startInVain(data, TenonServer.freePort());
        assertEquals(1, tenon.exitStatus());
        assertTrue(tenon.log().contains("cannot be imported: page "), tenon.log());
        assertTrue(Files.exists(database));
        assertFalse(Files.exists(data.resolve("member").resolve("tenon").resolve("MANIFEST")));
    }
}
