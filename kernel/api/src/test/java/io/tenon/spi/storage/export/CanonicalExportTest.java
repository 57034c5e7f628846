package io.tenon.spi.storage.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.RowVisitor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The golden file was written by a program of its own, from the page of the format alone. */
class CanonicalExportTest {

    /** Rows in the heap. */
    private static class Table implements ExportSource, ExportedRows {
        private final Map<Bucket, TreeMap<byte[], byte[]>> rows = new EnumMap<>(Bucket.class);

        @Override
        public void row(Bucket bucket, byte[] key, byte[] value) {
            rows.computeIfAbsent(bucket, unused -> new TreeMap<>(Arrays::compareUnsigned)).put(key, value);
        }

        @Override
        public void scan(Bucket bucket, RowVisitor visitor) {
            rows.getOrDefault(bucket, new TreeMap<>()).forEach(visitor::row);
        }

        @Override
        public BucketTally tally(Bucket bucket) {
            BucketTally tally = BucketTally.EMPTY;
            for (Map.Entry<byte[], byte[]> row : rows.getOrDefault(bucket, new TreeMap<>()).entrySet()) {
                tally = tally.plus(row.getKey(), row.getValue());
            }
            return tally;
        }
    }

    private static byte[] golden() throws IOException {
        try (InputStream file = CanonicalExportTest.class.getResourceAsStream("golden.hex")) {
            return HexFormat.of().parseHex(new String(file.readAllBytes(), StandardCharsets.US_ASCII).replace("\n", ""));
        }
    }

    private static Map<Bucket, BucketTally> read(byte[] export, ExportedRows rows) throws IOException {
        return new CanonicalReader(new ByteArrayInputStream(export), export.length).read(rows);
    }

    private static byte[] written(Table table) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new CanonicalWriter(bytes).write(table);
        return bytes.toByteArray();
    }

    @Test
    void whatIsReadIsWrittenAgainByteForByte() throws IOException {
        Table table = new Table();
        Map<Bucket, BucketTally> tallies = read(golden(), table);
        assertEquals(2, tallies.get(Bucket.KEY).rows());
        assertEquals(0, tallies.get(Bucket.ALARM).rows());
        assertEquals(table.tally(Bucket.META), tallies.get(Bucket.META));
        assertEquals("lease", new String(table.rows.get(Bucket.LEASE).firstEntry().getValue(), StandardCharsets.US_ASCII));
        assertArrayEquals(golden(), written(table));
    }

    @Test
    void rowsLargerThanTheBufferArrive() throws IOException {
        Table table = new Table();
        table.row(Bucket.KEY, new byte[] {1}, new byte[1_000_000]);
        Table copy = new Table();
        read(written(table), copy);
        assertArrayEquals(new byte[1_000_000], copy.rows.get(Bucket.KEY).get(new byte[] {1}));
    }

    @Test
    void everyFlippedBitIsFound() throws IOException {
        byte[] golden = golden();
        for (int bit = 0; bit < golden.length * 8; bit++) {
            byte[] damaged = golden.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(EngineCorruptException.class, () -> read(damaged, new Table()), "bit " + bit);
        }
    }

    @Test
    void everyCutIsFound() throws IOException {
        byte[] golden = golden();
        for (int length = 0; length < golden.length; length++) {
            byte[] cut = Arrays.copyOf(golden, length);
            assertThrows(EngineCorruptException.class, () -> read(cut, new Table()), "length " + length);
        }
    }

    @Test
    void whatFollowsTheEndIsFound() throws IOException {
        byte[] longer = Arrays.copyOf(golden(), golden().length + 1);
        assertTrue(assertThrows(EngineCorruptException.class, () -> read(longer, new Table())).getMessage().contains("follows"));
    }

    @Test
    void rowsThatAreNotThoseRecordedAreFoundByTheReader() throws IOException {
        Table table = new Table();
        read(golden(), table);
        byte[] lacking = written(new Table() {
            @Override
            public void scan(Bucket bucket, RowVisitor visitor) {
                if (bucket != Bucket.LEASE) {
                    table.scan(bucket, visitor);
                }
            }

            @Override
            public BucketTally tally(Bucket bucket) {
                return table.tally(bucket);
            }
        });
        assertThrows(EngineCorruptException.class, () -> read(lacking, new Table()));
    }
}
