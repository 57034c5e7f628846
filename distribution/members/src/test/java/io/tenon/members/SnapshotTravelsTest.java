package io.tenon.members;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.spi.storage.StorageEngine;
import io.tenon.storage.memory.MemoryEngine;
import io.tenon.storage.mvstore.MvStoreEngine;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SnapshotTravelsTest {
    @TempDir
    Path folder;

    static Stream<StorageEngine> engines() {
        return Stream.of(new MemoryEngine(), new MvStoreEngine());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aFollowerThatFellBehindGetsASnapshotAndGoesOn(StorageEngine engine) throws Exception {
        HandCluster cluster = new HandCluster(folder, engine);
        cluster.fallBehind("c");
        cluster.heal("c");
        cluster.until("a snapshot", () -> !cluster.snapshotIndexes.isEmpty());
        cluster.fill("after", 5);
        cluster.converge();
        assertEquals(1, cluster.snapshotIndexes.size());
        assertTrue(cluster.member("c").read("after4", true).answer().count() == 1);
    }
}
