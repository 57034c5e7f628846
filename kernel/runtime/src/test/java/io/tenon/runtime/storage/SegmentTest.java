package io.tenon.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.SealedBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SegmentTest {
    private final Segment segment = new Segment();

    private static byte[] key(long revision) {
        return ByteBuffer.allocate(Long.BYTES).putLong(revision).array();
    }

    @Test
    void aSliceSeesTheRowsOfItsInstantAlone() {
        for (long revision = 0; revision < 1000; revision += 2) {
            segment.put(Bucket.KEY, key(revision), key(revision));
        }
        Segment.Slice slice = segment.slice();
        for (long revision = 1000; revision < 3000; revision += 2) {
            segment.put(Bucket.KEY, key(revision), key(revision));
        }
        assertEquals(500, slice.count());
        assertArrayEquals(key(998), slice.get(key(998)).orElseThrow());
        assertEquals(Optional.empty(), slice.get(key(999)));
        assertEquals(Optional.empty(), slice.get(key(1000)));
        List<Long> seen = new ArrayList<>();
        slice.scan(key(990), key(996), (rowKey, value) -> seen.add(ByteBuffer.wrap(rowKey).getLong()));
        assertEquals(List.of(990L, 992L, 994L), seen);
    }

    @Test
    void keyspaceRowsOutOfOrderAreABug() {
        segment.put(Bucket.KEY, key(5), key(5));
        assertThrows(IllegalStateException.class, () -> segment.put(Bucket.KEY, key(5), key(6)));
    }

    @Test
    void aRowWrittenAndCompactedInOneBatchIsDeletedInTheEnd() {
        segment.put(Bucket.KEY, key(1), key(1));
        segment.delete(Bucket.KEY, key(1));
        segment.put(Bucket.LEASE, key(9), key(9));
        segment.delete(Bucket.LEASE, key(9));
        segment.put(Bucket.LEASE, key(9), key(10));
        List<String> replayed = new ArrayList<>();
        segment.replay(new SealedBatch.Visitor() {
            @Override
            public void put(Bucket bucket, byte[] rowKey, byte[] value) {
                replayed.add("put " + bucket + " " + ByteBuffer.wrap(value).getLong());
            }

            @Override
            public void delete(Bucket bucket, byte[] rowKey) {
                replayed.add("delete " + bucket);
            }
        });
        assertEquals(List.of("put KEY 1", "delete KEY", "put LEASE 9", "delete LEASE", "put LEASE 10"), replayed);
        assertEquals(5, segment.operations());
    }
}
