package io.tenon.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.LogMark;
import io.tenon.runtime.storage.TableSession;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.export.CanonicalWriter;
import io.tenon.spi.storage.export.ExportSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImportTest {
    private static final LogMark MARK = new LogMark(3, 812);

    private final TableSession sender = new TableSession();
    private final TableSession receiver = new TableSession();

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private byte[] export() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new CanonicalWriter(bytes).write(ExportSource.of(sender.view()));
        return bytes.toByteArray();
    }

    private void fill(int rows, int valueBytes) {
        ImportBatch batch = new ImportBatch();
        for (int row = 0; row < rows; row++) {
            batch.add(Bucket.KEY, key(row), new byte[valueBytes]);
        }
        sender.commit(batch, MARK);
    }

    private void read(byte[] export, LogMark mark) throws IOException {
        new Import(receiver, mark).read(new ByteArrayInputStream(export));
    }

    @Test
    void thePlaceIsSetWithTheLastBatchAlone() throws IOException {
        fill(25_000, 10);
        read(export(), MARK);
        assertEquals(List.of(LogMark.ZERO, LogMark.ZERO, MARK), receiver.marks);
        assertEquals(MARK, receiver.flushed);
        assertEquals(sender.rows(), receiver.rows());
        assertTrue(receiver.batches.stream().allMatch(rows -> rows <= ImportBatch.MOST_ROWS), receiver.batches.toString());
    }

    @Test
    void batchesAreBoundedInBytes() throws IOException {
        fill(5, 7 << 20);
        read(export(), MARK);
        assertEquals(List.of(2, 2, 1), receiver.batches);
        assertEquals(sender.rows(), receiver.rows());
    }

    @Test
    void aRowLargerThanABatchIsABatchOfItsOwn() throws IOException {
        fill(2, 17 << 20);
        read(export(), MARK);
        assertEquals(List.of(1, 1), receiver.batches);
    }

    @Test
    void anExportThatIsCutOffNeverGetsItsPlace() throws IOException {
        fill(25_000, 10);
        byte[] export = export();
        assertThrows(EngineCorruptException.class, () -> read(Arrays.copyOf(export, export.length - 1), MARK));
        assertEquals(LogMark.ZERO, receiver.applied());
    }

    @Test
    void anExportOfAnotherPlaceIsRefused() throws IOException {
        fill(1, 10);
        byte[] export = export();
        assertThrows(EngineCorruptException.class, () -> read(export, new LogMark(3, 813)));
        assertThrows(EngineCorruptException.class, () -> read(export, new LogMark(2, 812)));
        assertEquals(LogMark.ZERO, receiver.applied());
    }

    @Test
    void aStoreThatLosesARowIsFound() throws IOException {
        fill(10, 10);
        receiver.losesRow = true;
        byte[] export = export();
        assertThrows(EngineCorruptException.class, () -> read(export, MARK));
    }
}
