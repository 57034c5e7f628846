package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of a stock etcdctl, a grpc-go client. */
class EtcdctlIT {
    private static final Pattern LEASE = Pattern.compile("lease ([0-9a-f]+) granted with TTL\\((\\d+)s\\)");

    @TempDir
    private static Path directory;
    private static TenonServer server;
    private static Etcdctl etcdctl;

    @BeforeAll
    static void start() {
        server = TenonServer.start(directory.resolve("node.etcd"), "--name", "node", "--initial-advertise-peer-urls", "http://localhost:2380");
        etcdctl = new Etcdctl(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void putGetAndDelete() {
        assertEquals("OK", etcdctl.run("put", "kv/a", "1").ok());
        etcdctl.run("put", "kv/b", "2").ok();
        assertEquals("kv/a\n1", etcdctl.run("get", "kv/a").ok());
        assertEquals("kv/a\n1\nkv/b\n2", etcdctl.run("get", "--prefix", "kv/").ok());
        assertEquals("kv/b\n2", etcdctl.run("get", "--prefix", "kv/", "--order=DESCEND", "--limit=1").ok());
        assertEquals("kv/a\n1", etcdctl.run("get", "kv/a", "--consistency=s").ok());
        assertEquals("1\nkv/a\n1", etcdctl.run("del", "--prev-kv", "kv/a").ok());
        assertEquals("", etcdctl.run("get", "kv/a").ok());
    }

    @Test
    void transactions() {
        etcdctl.run("put", "txn/a", "old").ok();
        String txn = "value(\"txn/a\") = \"old\"\n\nput txn/a new\nget txn/a\n\nput txn/a never\n\n";
        assertEquals("SUCCESS\n\nOK\n\ntxn/a\nnew", etcdctl.runWithInput(txn, "txn").ok());
        assertTrue(etcdctl.runWithInput(txn, "txn").ok().startsWith("FAILURE"));
    }

    @Test
    void compactionForgetsOldRevisions() {
        etcdctl.run("put", "compacted", "1").ok();
        etcdctl.run("put", "compacted", "2").ok();
        long revision = revisionOf("compacted");
        assertEquals("compacted\n1", etcdctl.run("get", "compacted", "--rev=" + (revision - 1)).ok());
        assertEquals("compacted revision " + revision, etcdctl.run("compact", Long.toString(revision), "--physical").ok());
        assertTrue(etcdctl.run("get", "compacted", "--rev=" + (revision - 1)).err().contains("required revision has been compacted"));
        assertTrue(etcdctl.run("compact", Long.toString(revision + 100)).err().contains("required revision is a future revision"));
    }

    private static long revisionOf(String key) {
        JsonObject answer = new Gson().fromJson(etcdctl.run("get", key, "-w", "json").ok(), JsonObject.class);
        return answer.getAsJsonArray("kvs").get(0).getAsJsonObject().get("mod_revision").getAsLong();
    }

    @Test
    void watchSeesEveryChange() throws Exception {
        Path out = directory.resolve("watch.out");
        Process watch = etcdctl.start(out, "watch", "--prefix", "--prev-kv", "watched/");
        try {
            // The watch is there when it reports the first of these.
            await(() -> {
                etcdctl.run("put", "watched/first", "0").ok();
                return !read(out).isEmpty();
            }, () -> "watch did not start");
            etcdctl.run("put", "watched/a", "1").ok();
            etcdctl.run("put", "watched/a", "2").ok();
            etcdctl.run("del", "watched/a").ok();
            await(() -> read(out).endsWith("PUT\nwatched/a\n1\nPUT\nwatched/a\n1\nwatched/a\n2\nDELETE\nwatched/a\n2\nwatched/a\n\n"),
                    () -> "watch printed otherwise: " + read(out));
        } finally {
            watch.destroy();
            watch.waitFor();
        }
    }

    @Test
    void leasesExpireAndTakeTheirKeys() throws Exception {
        String lease = grant(2);
        etcdctl.run("put", "leased", "x", "--lease=" + lease).ok();
        assertTrue(etcdctl.run("lease", "list").ok().contains(lease));
        assertTrue(etcdctl.run("lease", "timetolive", "--keys", lease).ok().contains("attached keys([leased])"));
        assertTrue(etcdctl.run("lease", "keep-alive", "--once", lease).ok().contains("keepalived with TTL(2)"));
        await(() -> etcdctl.run("get", "leased").ok().isEmpty(), () -> "key outlives its lease");
        assertTrue(etcdctl.run("lease", "timetolive", lease).ok().contains("already expired"));
        String revoked = grant(100);
        etcdctl.run("put", "leased", "y", "--lease=" + revoked).ok();
        assertEquals("lease " + revoked + " revoked", etcdctl.run("lease", "revoke", revoked).ok());
        assertEquals("", etcdctl.run("get", "leased").ok());
        assertTrue(etcdctl.run("lease", "revoke", revoked).err().contains("requested lease not found"));
    }

    private static String grant(int seconds) {
        Matcher granted = LEASE.matcher(etcdctl.run("lease", "grant", Integer.toString(seconds)).ok());
        assertTrue(granted.matches());
        return granted.group(1);
    }

    @Test
    void endpointsMembersAndMaintenance() {
        assertTrue(etcdctl.run("endpoint", "health").ok().isEmpty() || etcdctl.run("endpoint", "health").exit() == 0);
        JsonElement status = new Gson().fromJson(etcdctl.run("endpoint", "status", "-w", "json").ok(), JsonElement.class);
        JsonObject one = status.getAsJsonArray().get(0).getAsJsonObject().getAsJsonObject("Status");
        assertEquals("3.5.30", one.get("version").getAsString());
        assertEquals(one.getAsJsonObject("header").get("member_id").getAsBigInteger(), one.get("leader").getAsBigInteger());
        String members = etcdctl.run("member", "list").ok();
        assertTrue(members.contains("started, node, http://localhost:2380, http://" + server.endpoint()), members);
        assertNotEquals("", etcdctl.run("endpoint", "hashkv").ok());
        assertEquals("", etcdctl.run("alarm", "list").ok());
        assertTrue(etcdctl.run("defrag").ok().contains("Finished defragmenting etcd member"));
        String snapshot = directory.resolve("snapshot.db").toString();
        assertTrue(etcdctl.run("snapshot", "save", snapshot).ok().contains("Snapshot saved at " + snapshot));
        assertEquals(4, etcdctl.run("snapshot", "status", snapshot).ok().split(", ").length);
    }

    @Test
    void locksAndElectionsOfTheClient() {
        assertEquals("held", etcdctl.run("lock", "lock", "echo", "held").ok());
    }

    /** How fast the machine is at this moment is not for a test to say; that every write succeeds is. */
    @Test
    void checkPerfRunsToItsEndWithoutAnError() {
        Etcdctl.Result check = etcdctl.run("check", "perf", "--load=s");
        String verdict = check.out().substring(check.out().lastIndexOf('%') + 1).strip();
        System.out.println("check perf says: " + verdict);
        assertTrue(verdict.matches("(?s).*(PASS: Throughput is|FAIL: Throughput too low:) \\d+ writes/s.*"), verdict);
        assertFalse(verdict.contains("ERROR("), verdict);
        assertFalse(verdict.contains("FAIL: too many errors"), verdict);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void await(BooleanSupplier condition, Supplier<String> otherwise) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - until < 0, otherwise);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
