package io.tenon.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.spi.storage.Bucket;
import io.tenon.testkit.state.MemoryRows;
import io.tenon.testkit.state.MemoryTables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BucketHashTest {
    /** What an etcd 3.5.30 answered whose store had the rows of the resource. */
    private static final long RECORDED = 3_412_112_911L;

    @Test
    void hashOfAStoreIsEtcds() throws IOException {
        MemoryTables tables = new MemoryTables();
        try (InputStream rows = BucketHashTest.class.getResourceAsStream("/recorded/store-rows.txt")) {
            new String(rows.readAllBytes(), StandardCharsets.UTF_8).lines().map(line -> line.split(" ")).forEach(row ->
                    tables.put(Bucket.of(row[0]).orElseThrow(), HexFormat.of().parseHex(row[1]), HexFormat.of().parseHex(row[2])));
        }
        tables.put(Bucket.TENON, new byte[] {1}, new byte[] {2});
        assertEquals(RECORDED, Integer.toUnsignedLong(BucketHash.of(new MemoryRows(tables), false)));
    }
}
