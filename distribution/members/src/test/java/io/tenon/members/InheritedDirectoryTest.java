package io.tenon.members;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.cluster.database.EtcdDatabase;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.StorageEngine;
import io.tenon.spi.storage.export.ExportSource;
import io.tenon.storage.memory.MemoryEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member starts in a directory as Go etcd leaves it: its log and snapshots, etcd's database, and nothing of ours. */
class InheritedDirectoryTest {
    private static final Path TENON = Path.of("member", "tenon");
    private static final Path DATABASE = Path.of("member", "snap", "db");

    @TempDir
    Path folder;

    private final StorageEngine engine = new MemoryEngine();

    /** Three members that wrote something and ended, the last of them with a directory of etcd. */
    private Path base() throws Exception {
        Path base = folder.resolve("base");
        HandCluster cluster = new HandCluster(base, engine);
        cluster.until("a leader", cluster::hasLeader);
        cluster.fill("before", 30);
        Member member = cluster.member("c");
        makeForeign(member, () -> cluster.fill("behind", 7));
        cluster.stop();
        removeAll(member.data.resolve(TENON));
        return base;
    }

    /** Work that a test does. */
    private interface Work {
        void run() throws Exception;
    }

    /** The database stands where the engine stands now, and the log goes on behind it. */
    private void makeForeign(Member member, Work goOn) throws Exception {
        Path copy = folder.resolve("engine");
        cluster(member).run();
        Folders.copy(member.data.resolve(TENON).resolve("1-" + engine.id()), copy);
        goOn.run();
        try (EngineSession session = engine.open(copy, new EngineOptions(1 << 20, true)); EngineView view = session.view();
             OutputStream out = Files.newOutputStream(member.data.resolve(DATABASE))) {
            assertTrue(view.applied().index() > 0, "something was flushed");
            new EtcdDatabase().file(ExportSource.of(view)).writeTo(out);
        }
    }

    /** Saves what is applied, as a snapshot of the log does. */
    private static Work cluster(Member member) {
        return () -> member.parts.applyLoop().mustRun(() -> member.parts.storage().flush(member.parts.applyLoop().applied(), 0, durable -> { }));
    }

    private static void removeAll(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private HandCluster start(Path base, String name) throws Exception {
        return HandCluster.copyOf(base, folder.resolve(name), engine);
    }

    @Test
    void theDatabaseBecomesTheFirstGenerationAndTheLogIsAppliedBehindIt() throws Exception {
        HandCluster cluster = start(base(), "run");
        Member member = cluster.member("c");
        cluster.converge();
        assertEquals(1, member.read("behind6", true).answer().count());
        assertEquals(3, cluster.member("c").parts.machines().membership().confState().voters().size());
        assertEquals(List.of("1-memory"), member.folders());
        assertEquals(List.of("db.imported"), member.receivedDatabases());
        cluster.stop();
    }

    @Test
    void aCrashAtAnyPlaceLeavesTheDirectoryOfEtcdOrOurOwn() throws Exception {
        Path base = base();
        List<String> places = run(base, 0);
        assertTrue(places.containsAll(List.of("after making a folder", "before the engine's flush", "before MANIFEST", "after MANIFEST")), places.toString());
        for (int at = 1; at <= places.size(); at++) {
            run(base, at);
        }
    }

    private List<String> run(Path base, int crashAt) throws Exception {
        Path data = folder.resolve("run" + crashAt);
        Folders.copy(base, data);
        HandCluster cluster = new HandCluster(data, engine, List.of("a", "b"));
        List<String> passed = new ArrayList<>();
        if (crashAt > 0) {
            assertThrows(Crash.class, () -> cluster.startCrashing("c", data.resolve("c"), crashAt, passed));
        } else {
            cluster.startCrashing("c", data.resolve("c"), Integer.MAX_VALUE, passed).stop();
        }
        Member restarted = cluster.start("c", crashAt > 0 ? data.resolve("c-crashed") : data.resolve("c"));
        cluster.converge();
        assertEquals(1, restarted.read("behind6", true).answer().count());
        assertEquals(1, restarted.folders().size());
        assertEquals(List.of("db.imported"), restarted.receivedDatabases());
        cluster.stop();
        return passed;
    }

    @Test
    void aDatabaseThatDoesNotBelongToTheLogIsRefused() throws Exception {
        Path base = base();
        Path database = base.resolve("c").resolve(DATABASE);
        byte[] whole = Files.readAllBytes(database);
        whole[2 * 4096 + 8] ^= 8;
        Files.write(database, whole);
        String damaged = assertThrows(IOException.class, () -> start(base, "damaged")).getMessage();
        assertTrue(damaged.contains("cannot be imported: page 2"), damaged);
        // Its log ends long before the database of another member's life.
        removeAll(base.resolve("c").resolve("member").resolve("wal"));
        whole[2 * 4096 + 8] ^= 8;
        Files.write(database, whole);
        Path foreignFolder = folder.resolve("foreign");
        Folders.copy(base, foreignFolder);
        String foreign = assertThrows(IOException.class, () -> new HandCluster(foreignFolder, engine, List.of("c"))).getMessage();
        assertTrue(foreign.contains("but the log beside it"), foreign);
    }

    @Test
    void theDatabaseThatCameWithTheLogsSnapshotIsTakenIfEtcdDiedBeforeItWasPutInPlace() throws Exception {
        Path base = folder.resolve("base");
        HandCluster cluster = new HandCluster(base, engine);
        cluster.until("a leader", cluster::hasLeader);
        cluster.fill("before", 70);
        Member member = cluster.member("c");
        long snapshotIndex = newestSnapshot(member.data);
        makeForeign(member, () -> cluster.fill("behind", 2));
        cluster.stop();
        removeAll(member.data.resolve(TENON));
        Path database = member.data.resolve(DATABASE);
        Files.move(database, database.resolveSibling("%016x.snap.db".formatted(snapshotIndex)), StandardCopyOption.ATOMIC_MOVE);
        Files.write(database, new byte[10]);
        HandCluster again = start(base, "run");
        again.converge();
        assertEquals(List.of("%016x.snap.db.imported".formatted(snapshotIndex), "db.imported"), again.member("c").receivedDatabases());
        again.stop();
    }

    private static long newestSnapshot(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("member").resolve("snap"))) {
            String newest = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".snap")).max(Comparator.naturalOrder())
                    .orElseThrow();
            return Long.parseLong(newest.substring(17, 33), 16);
        }
    }
}
