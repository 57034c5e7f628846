package io.tenon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogSession;
import io.tenon.wal.disk.LocalDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalSessionTest {
    private static final long SMALL = 4096;

    @TempDir
    Path directory;
    private Rig rig;

    @BeforeEach
    void prepare() {
        rig = new Rig(new LocalDisk(), directory, SMALL);
    }

    @Test
    void aNewLogIsEmptyAndKnowsItsOwner() throws LogException {
        assertEquals(Optional.empty(), rig.store.identify(rig.location));
        try (LogSession log = rig.create()) {
            assertEquals(Rig.IDENTITY, log.identity());
            assertEquals(0, log.lastIndex());
            assertEquals(1, log.firstIndex());
            assertEquals(Snapshot.EMPTY, log.recovery().snapshot());
            assertEquals(HardState.EMPTY, log.recovery().hardState());
            assertEquals(List.of(), Rig.readAll(log));
        }
        assertEquals(Optional.of(Rig.IDENTITY), rig.store.identify(rig.location));
        assertThrows(LogException.class, rig::create);
    }

    @Test
    void nothingIsToldBeforeTheLoopRan() throws LogException {
        LogSession log = rig.create();
        rig.queue(log, Rig.entries(1, 1, 4));
        assertEquals(List.of(), rig.durable());
        assertEquals(0, log.lastIndex());
        assertEquals(List.of(), log.read(1, 4, Rig.ALL_BYTES));
        rig.loops.stepUntilIdle();
        assertEquals(List.of(3L), rig.durable());
        assertEquals(3, log.lastIndex());
        assertEquals(List.of(Rig.entries(1, 1, 4)), log.read(1, 4, Rig.ALL_BYTES));
        log.close();
    }

    @Test
    void whatWasAcceptedIsWrittenByClosing() throws LogException {
        LogSession log = rig.create();
        rig.queue(log, Rig.entries(1, 1, 4));
        log.close();
        log.close();
        assertEquals(List.of(3L), rig.durable());
        assertFalse(log.append(new LogAppend(List.of(), Optional.empty(), true, () -> { })));
        try (LogSession again = rig.open()) {
            assertEquals(3, again.lastIndex());
        }
        assertEquals(0, rig.loops.attached());
    }

    @Test
    void reopeningChainsTheChecksum() throws LogException {
        for (int opening = 0; opening < 5; opening++) {
            LogSession log = opening == 0 ? rig.create() : rig.open();
            int first = 1 + opening * 10;
            assertEquals(first - 1, log.lastIndex());
            rig.write(log, Rig.entries(1 + opening, first, first + 10));
            rig.write(log, new HardState(1 + opening, 7, first + 8));
            log.close();
        }
        try (LogSession log = rig.open()) {
            assertEquals(new HardState(5, 7, 49), log.recovery().hardState());
            assertEquals(5, log.recovery().lastTerm());
            List<Entry> expected = new ArrayList<>();
            for (int opening = 0; opening < 5; opening++) {
                expected.addAll(List.of(Rig.entries(1 + opening, 1 + opening * 10L, 11 + opening * 10L)));
            }
            assertEquals(expected, Rig.readAll(log));
        }
    }

    @Test
    void laterEntriesReplaceEarlierOnes() throws LogException {
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 30));
        rig.write(log, Rig.entries(2, 20, 25));
        rig.queue(log, Rig.entries(2, 25, 28));
        rig.queue(log, Rig.entries(3, 10, 12));
        rig.loops.stepUntilIdle();
        List<Entry> expected = new ArrayList<>(List.of(Rig.entries(1, 1, 10)));
        expected.addAll(List.of(Rig.entries(3, 10, 12)));
        assertEquals(expected, Rig.readAll(log));
        assertEquals(11, log.lastIndex());
        log.close();
        try (LogSession again = rig.open()) {
            assertEquals(expected, Rig.readAll(again));
            assertEquals(3, again.recovery().lastTerm());
        }
    }

    @Test
    void segmentsAreCutAndNamedByTheNextEntry() throws IOException {
        LogSession log = rig.create();
        rig.write(log, new HardState(1, 2, 0));
        for (long index = 1; index <= 200; index++) {
            rig.write(log, Rig.entries(1, index, index + 1));
        }
        List<String> names = names(rig.location.walDirectory());
        assertTrue(names.size() >= 3, names.toString());
        assertTrue(Files.size(rig.segment(0, 0)) >= SMALL);
        assertFalse(names.contains(rig.segment(1, 1).getFileName().toString()));
        assertEquals(List.of(Rig.entries(1, 1, 201)), Rig.readAll(log));
        log.close();
        assertEquals(List.of(), names(rig.location.walDirectory()).stream().filter(name -> name.endsWith(".tmp")).toList());
        try (LogSession again = rig.open()) {
            assertEquals(List.of(Rig.entries(1, 1, 201)), Rig.readAll(again));
            assertEquals(new HardState(1, 2, 0), again.recovery().hardState());
        }
    }

    @Test
    void anEntryLargerThanASegmentAndItsBufferIsKept() throws LogException {
        Entry large = Rig.entry(1, 2, "x".repeat(3_000_000));
        LogSession log = rig.create();
        rig.write(log, Rig.entry(1, 1, "a"), large, Rig.entry(1, 3, "b"));
        assertEquals(large, log.read(2, 3, 1).getFirst());
        log.close();
        try (LogSession again = rig.open()) {
            assertEquals(List.of(Rig.entry(1, 1, "a"), large, Rig.entry(1, 3, "b")), Rig.readAll(again));
        }
    }

    @Test
    void readsAreCutByBytesButGiveAtLeastOne() throws LogException {
        LogSession log = rig.create();
        rig.write(log, Rig.entry(1, 1, "aaaa"), Rig.entry(1, 2, "bbbb"), Rig.entry(1, 3, "cccc"), Rig.entry(1, 4, "dddd"));
        assertEquals(1, log.read(1, 5, 0).size());
        assertEquals(2, log.read(1, 5, 8).size());
        assertEquals(2, log.read(2, 5, 11).size());
        assertEquals(3, log.read(2, 50, 12).size());
        assertEquals(List.of(), log.read(5, 9, 12));
        assertEquals(4, log.read(4, 5, 12).getFirst().index());
        log.close();
    }

    @Test
    void readsInTheMiddleOfALongSegmentBeginAtAPointNearby() throws LogException {
        rig = new Rig(new LocalDisk(), directory, LogLocation.SEGMENT_BYTES);
        LogSession log = rig.create();
        String filler = "f".repeat(1000);
        Entry[] entries = new Entry[1000];
        Arrays.setAll(entries, i -> Rig.entry(1, i + 1, i + filler));
        rig.write(log, entries);
        for (int from = 1; from <= 1000; from += 7) {
            int to = Math.min(from + 100, 1001);
            assertEquals(Arrays.asList(entries).subList(from - 1, to - 1), log.read(from, to, Rig.ALL_BYTES));
        }
        log.close();
        try (LogSession again = rig.open()) {
            for (int from = 1; from <= 1000; from += 7) {
                assertEquals(entries[from - 1], again.read(from, from + 1, 1).getFirst());
            }
        }
    }

    @Test
    void aSnapshotIsFoundAgainAndTheLogGoesOn() throws Exception {
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 11));
        rig.write(log, new HardState(1, 2, 9));
        rig.save(log, Rig.snapshot(8, 1));
        rig.write(log, Rig.entries(1, 11, 13));
        log.close();
        try (LogSession again = rig.open()) {
            assertEquals(Rig.snapshot(8, 1), again.recovery().snapshot());
            assertEquals(new HardState(1, 2, 9), again.recovery().hardState());
            assertEquals(1, again.recovery().firstIndex());
            assertEquals(12, again.recovery().lastIndex());
            assertEquals(List.of(Rig.entries(1, 9, 13)), again.read(9, 13, Rig.ALL_BYTES));
        }
    }

    @Test
    void aSnapshotBeyondTheLogReplacesIt() throws Exception {
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 11));
        rig.write(log, new HardState(1, 2, 9));
        rig.save(log, Rig.snapshot(1000, 4));
        assertEquals(1000, log.lastIndex());
        assertEquals(1001, log.firstIndex());
        rig.write(log, Rig.entries(5, 1001, 1003));
        log.close();
        try (LogSession again = rig.open()) {
            assertEquals(Rig.snapshot(1000, 4), again.recovery().snapshot());
            assertEquals(new HardState(4, 0, 1000), again.recovery().hardState());
            assertEquals(1001, again.recovery().firstIndex());
            assertEquals(List.of(Rig.entries(5, 1001, 1003)), Rig.readAll(again));
        }
    }

    @Test
    void aSnapshotThatDisagreesWithTheLogReplacesIt() throws Exception {
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 21));
        rig.write(log, new HardState(1, 2, 9));
        rig.save(log, Rig.snapshot(15, 4));
        assertEquals(15, log.lastIndex());
        log.close();
        try (LogSession again = rig.open()) {
            assertEquals(Rig.snapshot(15, 4), again.recovery().snapshot());
            assertEquals(15, again.recovery().lastIndex());
            assertEquals(4, again.recovery().lastTerm());
            rig.write(again, Rig.entries(4, 16, 18));
            assertEquals(List.of(Rig.entries(4, 16, 18)), Rig.readAll(again));
        }
    }

    @Test
    void aBadSnapshotFileIsSetAsideAndAnOlderOneTaken() throws Exception {
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 11));
        rig.write(log, new HardState(1, 2, 9));
        rig.save(log, Rig.snapshot(4, 1));
        rig.save(log, Rig.snapshot(8, 1));
        log.close();
        Path newest = rig.location.snapshotDirectory().resolve("0000000000000001-0000000000000008.snap");
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length - 20] ^= 1;
        Files.write(newest, bytes);
        try (LogSession again = rig.open()) {
            assertEquals(Rig.snapshot(4, 1), again.recovery().snapshot());
        }
        assertTrue(Files.exists(newest.resolveSibling(newest.getFileName() + ".broken")));
        assertFalse(Files.exists(newest));
    }

    @Test
    void aSnapshotFileWithoutARecordIsPassedOver() throws Exception {
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 11));
        rig.write(log, new HardState(1, 2, 9));
        log.close();
        new SnapshotFiles(rig.disk, rig.location.snapshotDirectory()).write(Rig.snapshot(8, 1));
        try (LogSession again = rig.open()) {
            assertEquals(Snapshot.EMPTY, again.recovery().snapshot());
            assertEquals(10, again.lastIndex());
        }
    }

    @Test
    void releasedSegmentsGoButForTheNewestAndWhatTheSnapshotNeeds() throws Exception {
        LogSession log = rig.create();
        for (long index = 1; index <= 400; index++) {
            rig.write(log, Rig.entries(1, index, index + 1));
        }
        int before = segments().size();
        log.release(390);
        rig.loops.stepUntilIdle();
        assertEquals(before, segments().size(), "without a snapshot all are needed");
        rig.write(log, new HardState(1, 2, 399));
        for (long index = 100; index <= 300; index += 100) {
            rig.save(log, Rig.snapshot(index, 1));
        }
        log.release(390);
        rig.loops.step();
        List<String> left = segments();
        assertTrue(left.size() < before, left.toString());
        assertTrue(log.firstIndex() > 1 && log.firstIndex() <= 300, "first index " + log.firstIndex());
        assertThrows(LogException.class, () -> log.read(1, 2, 1));
        assertEquals(List.of(Rig.entries(1, log.firstIndex(), 401)), Rig.readAll(log));
        assertEquals(List.of("0000000000000001-00000000000000c8.snap", "0000000000000001-000000000000012c.snap"),
                names(rig.location.snapshotDirectory()));
        log.close();
        try (LogSession again = rig.open()) {
            assertEquals(Rig.snapshot(300, 1), again.recovery().snapshot());
            assertEquals(400, again.lastIndex());
            assertEquals(left, segments());
        }
    }

    @Test
    void filesAreForTheirOwnerAloneAndLocked() throws IOException {
        LogSession log = rig.create();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.location.walDirectory())));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.segment(0, 0))));
        // Readers come and go; a lock of the process would be lost with the first.
        rig.write(log, Rig.entries(1, 1, 3));
        Rig.readAll(log);
        LogException taken = assertThrows(LogException.class, rig::open);
        assertTrue(taken.getMessage().contains("another process uses this data directory"), taken.getMessage());
        log.close();
        rig.open().close();
    }

    @Test
    void manyAppendsShareOneWriteAndOneSync() throws LogException {
        MemoryDisk memory = new MemoryDisk();
        rig = new Rig(memory, directory, LogLocation.SEGMENT_BYTES);
        LogSession log = rig.create();
        for (long index = 1; index <= 1000; index++) {
            rig.queue(log, Rig.entries(1, index, index + 1));
        }
        long writes = memory.writes();
        long syncs = memory.syncs();
        rig.loops.stepUntilIdle();
        assertEquals(1, memory.writes() - writes);
        assertEquals(1, memory.syncs() - syncs);
        assertEquals(1000, rig.durable().size());
        assertEquals(rig.durable().stream().sorted().toList(), rig.durable());
        log.close();
    }

    @Test
    void aMovedCommitAloneNeedsNoSync() throws LogException {
        MemoryDisk memory = new MemoryDisk();
        rig = new Rig(memory, directory, LogLocation.SEGMENT_BYTES);
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 5));
        long syncs = memory.syncs();
        List<String> told = new ArrayList<>();
        log.append(new LogAppend(List.of(), Optional.of(new HardState(1, 0, 3)), false, () -> told.add("written")));
        rig.loops.stepUntilIdle();
        assertEquals(syncs, memory.syncs());
        assertEquals(List.of("written"), told);
        log.close();
    }

    @Test
    void aFullQueueRefuses() throws LogException {
        LogSession log = rig.create();
        LogAppend append = new LogAppend(List.of(), Optional.of(new HardState(1, 0, 0)), false, () -> { });
        for (int i = 0; i < LogWriter.INBOX_MOST; i++) {
            assertTrue(log.append(append));
        }
        assertFalse(log.append(append));
        rig.loops.stepUntilIdle();
        assertTrue(log.append(append));
        log.close();
    }

    @Test
    void aFailedSyncHaltsAndNothingIsToldEverAfter() throws LogException {
        MemoryDisk memory = new MemoryDisk();
        rig = new Rig(memory, directory, LogLocation.SEGMENT_BYTES);
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 5));
        rig.queue(log, Rig.entries(1, 5, 6));
        memory.plan(MemoryDisk.Fault.FAIL, memory.operations() + 2);
        UncheckedIOException failed = assertThrows(UncheckedIOException.class, rig.loops::step);
        assertTrue(failed.getMessage().contains("No space left on device"), failed.getMessage());
        assertTrue(failed.getMessage().contains("0000000000000000-0000000000000000.wal"), failed.getMessage());
        assertEquals(List.of(4L), rig.durable());
        assertEquals(4, log.lastIndex());
        assertThrows(LogException.class, () -> log.saveSnapshot(Rig.snapshot(3, 1), () -> { }));
        log.close();
        assertEquals(List.of(4L), rig.durable());
    }

    @Test
    void aShortWriteIsCompleted() throws LogException {
        MemoryDisk memory = new MemoryDisk();
        rig = new Rig(memory, directory, LogLocation.SEGMENT_BYTES);
        LogSession log = rig.create();
        rig.queue(log, Rig.entries(1, 1, 50));
        memory.plan(MemoryDisk.Fault.SHORT_WRITE, memory.operations() + 1);
        rig.loops.stepUntilIdle();
        log.close();
        try (LogSession again = rig.open()) {
            assertEquals(List.of(Rig.entries(1, 1, 50)), Rig.readAll(again));
        }
    }

    @Test
    void anEntryThatWouldOverwriteACommittedOneHalts() throws LogException {
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 11));
        rig.write(log, new HardState(1, 2, 9));
        rig.queue(log, Rig.entries(2, 9, 10));
        assertThrows(IllegalStateException.class, rig.loops::step);
        log.close();
    }

    @Test
    void anEntryBeyondTheNextHalts() throws LogException {
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 11));
        rig.queue(log, Rig.entries(1, 12, 13));
        assertThrows(IllegalStateException.class, rig.loops::step);
        log.close();
    }

    private List<String> segments() throws IOException {
        return names(rig.location.walDirectory()).stream().filter(name -> name.endsWith(".wal")).toList();
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
