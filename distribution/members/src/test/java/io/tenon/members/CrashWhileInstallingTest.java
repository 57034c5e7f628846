package io.tenon.members;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.spi.storage.StorageEngine;
import io.tenon.storage.memory.MemoryEngine;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A follower that gets a snapshot dies at every place between the first byte of it and the end of its installation. What its disk has at that
 * moment is all that the next start finds.
 */
class CrashWhileInstallingTest {
    @TempDir
    Path folder;

    private final StorageEngine engine = new MemoryEngine();
    /** What each restarted member had applied when it started, in the order of the places. */
    private final List<Long> startedAt = new ArrayList<>();

    /** Reads as little at once as an import allows, so that there are places within the stream. */
    private static InputStream inPieces(InputStream stream, Arrows arrows) {
        return new FilterInputStream(stream) {
            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                arrows.pass("in the stream");
                return super.read(bytes, from, Math.min(length, 20_000));
            }
        };
    }

    private Path fallenBehind() throws Exception {
        Path base = folder.resolve("base");
        HandCluster cluster = new HandCluster(base, engine);
        cluster.fallBehind("c");
        cluster.stop();
        return base;
    }

    /** Lets the follower crash at a place; answers the places it passed. */
    private List<String> run(Path base, Form form, int crashAt) throws Exception {
        HandCluster cluster = HandCluster.copyOf(base, folder.resolve("run" + crashAt), engine);
        cluster.form = form;
        Member victim = cluster.member("c");
        cluster.wire = stream -> {
            victim.arrows.arm(crashAt);
            return inPieces(stream, victim.arrows);
        };
        cluster.until("the crash, or the installation", () -> !cluster.members.containsKey("c") || !cluster.snapshotIndexes.isEmpty()
                && victim.applied() >= cluster.snapshotIndexes.getFirst());
        List<String> passed = new ArrayList<>(victim.arrows.passed());
        assertEquals(crashAt > 0, victim.arrows.crashed().isPresent());
        cluster.wire = stream -> stream;
        if (crashAt > 0) {
            Member restarted = cluster.start("c", victim.data.resolveSibling("c-crashed"));
            startedAt.add(restarted.applied());
            assertEquals(1, restarted.folders().size(), "only MANIFEST's folder is left");
            assertEquals(List.of(), restarted.receivedDatabases());
        }
        cluster.fill("after", 2);
        cluster.converge();
        assertEquals(List.of(), cluster.member("c").failures);
        cluster.stop();
        return passed;
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void everyPlaceIsSafe(Form form) throws Exception {
        Path base = fallenBehind();
        List<String> places = run(base, form, 0);
        assertTrue(new TreeSet<>(places).containsAll(List.of("in the stream", "after making a folder", "before the engine's flush",
                "after raft-snapshot", "after a step of LOG", "before MANIFEST", "after MANIFEST", "before removing a folder")), places.toString());
        for (int at = 1; at <= places.size(); at++) {
            run(base, form, at);
        }
        int firstNew = startedAt.indexOf(startedAt.getLast());
        assertTrue(startedAt.subList(0, firstNew).stream().allMatch(startedAt.getFirst()::equals), "the old state until " + firstNew);
        assertTrue(startedAt.subList(firstNew, startedAt.size()).stream().allMatch(startedAt.getLast()::equals), "the new state from then on");
        assertTrue(firstNew > places.indexOf("after raft-snapshot") && firstNew < places.indexOf("before MANIFEST"),
                "the log's record decides, at " + firstNew + " of " + places);
    }
}
