package io.tenon.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.LogMark;
import io.tenon.runtime.storage.TableSession;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.export.CanonicalWriter;
import io.tenon.spi.storage.export.DatabaseForm;
import io.tenon.spi.storage.export.ExportSource;
import io.tenon.spi.storage.export.ExportedRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
        new Import(receiver).read(new IncomingExport(new ByteArrayInputStream(export), mark));
    }

    /** Gives rows as if they had been read from a file. */
    private static DatabaseForm form(byte[] index, byte[] term) {
        return new DatabaseForm() {
            @Override
            public DatabaseFile file(ExportSource source) {
                throw new AssertionError("only read here");
            }

            @Override
            public void read(Path file, ExportedRows rows) throws IOException {
                rows.row(Bucket.KEY, key(1), new byte[10]);
                rows.row(Bucket.MEMBERS, bytes("2"), bytes("{}"));
                rows.row(Bucket.MEMBERS, bytes("f74c15fc7ff3553a"), bytes("{}"));
                rows.row(Bucket.META, bytes("confState"), bytes("{\"voters\":[99],\"auto_leave\":false}"));
                rows.row(Bucket.META, PlaceRows.INDEX, index);
                rows.row(Bucket.META, PlaceRows.TERM, term);
            }
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final String TREE = """
            {"Root":{"Path":"/","Children":{"0":{"Path":"/0","Children":{"members":{"Path":"/0/members","Children":{
            "2":{"Path":"/0/members/2","Children":{
              "attributes":{"Value":"{\\"name\\":\\"m2\\",\\"clientURLs\\":[\\"http://c2:1\\"]}","Children":null},
              "raftAttributes":{"Value":"{\\"peerURLs\\":[\\"http://p2:1\\"]}","Children":null}}},
            "3":{"Path":"/0/members/3","Children":{
              "raftAttributes":{"Value":"{\\"peerURLs\\":[\\"http://p3:1\\"]}","Children":null}}}}}}}}}}""";

    @Test
    void membersOfADatabaseAreThoseOfTheConfigurationAndTheTreeCompletesThem() throws IOException {
        new Import(receiver).read(new IncomingDatabase(form(key(812), key(3)), Path.of("db"), (mark, members) -> {
            assertEquals(Set.of(0xf74c15fc7ff3553aL, 2L, 3L), members);
            return new ConfState(List.of(2L), List.of(3L), List.of(), List.of(), false);
        }, TREE));
        try (EngineView view = receiver.view()) {
            assertEquals("{\"id\":2,\"peerURLs\":[\"http://p2:1\"],\"name\":\"m2\",\"clientURLs\":[\"http://c2:1\"]}",
                    new String(view.get(Bucket.MEMBERS, bytes("2")).orElseThrow(), StandardCharsets.UTF_8));
            assertEquals("{\"id\":3,\"peerURLs\":[\"http://p3:1\"],\"isLearner\":true}",
                    new String(view.get(Bucket.MEMBERS, bytes("3")).orElseThrow(), StandardCharsets.UTF_8));
            assertTrue(view.get(Bucket.MEMBERS, bytes("f74c15fc7ff3553a")).isEmpty(), "it belongs to the cluster of the backup");
        }
    }

    private void read(DatabaseForm form) throws IOException {
        new Import(receiver).read(new IncomingDatabase(form, Path.of("db"), (mark, members) -> {
            assertEquals(MARK, mark);
            assertEquals(Set.of(0xf74c15fc7ff3553aL, 2L), members);
            return ConfState.ofVoters(List.of(1L, 2L));
        }, ""));
    }

    @Test
    void aDatabaseStandsWhereItSaysAndHasTheConfigurationThatTheLogSays() throws IOException {
        read(form(key(812), key(3)));
        assertEquals(List.of(MARK), receiver.marks);
        try (EngineView view = receiver.view()) {
            assertEquals("{\"voters\":[1,2],\"auto_leave\":false}",
                    new String(view.get(Bucket.META, bytes("confState")).orElseThrow(), StandardCharsets.UTF_8));
            assertArrayEquals(key(812), view.get(Bucket.META, PlaceRows.INDEX).orElseThrow());
        }
    }

    @Test
    void aDatabaseWhosePlaceCannotBeReadIsRefused() {
        assertThrows(EngineCorruptException.class, () -> read(form(new byte[7], key(3))));
        assertEquals(LogMark.ZERO, receiver.applied());
    }

    @Test
    void aStoreThatLosesARowOfADatabaseIsFound() {
        receiver.losesRow = true;
        assertThrows(EngineCorruptException.class, () -> read(form(key(812), key(3))));
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
