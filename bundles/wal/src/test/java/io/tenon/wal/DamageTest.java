package io.tenon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogSession;
import io.tenon.wal.disk.LocalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a log whose bytes are not what was written: a torn end is cut off, anything else is refused with its place. */
class DamageTest {
    @TempDir
    Path directory;

    @Test
    void anEndTornAtAnyByteIsCutOff() throws IOException {
        Rig rig = written(1 << 12, 4);
        byte[] whole = Files.readAllBytes(rig.segment(0, 0));
        List<Integer> offsets = offsets(whole);
        int from = offsets.get(offsets.size() - 3);
        for (int torn = from; torn < offsets.getLast(); torn++) {
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(whole, torn), whole.length);
            int kept = wholeRecords(whole, offsets, torn);
            checkTorn(rig, zeros, offsets.get(kept), isZero(whole, offsets.get(kept), torn));
            // The end may also be missing: the file was growing when it happened.
            byte[] cut = Arrays.copyOf(whole, torn);
            int keptOfCut = (int) offsets.stream().filter(offset -> offset <= cut.length).count() - 1;
            checkTorn(rig, cut, offsets.get(keptOfCut), isZero(whole, offsets.get(keptOfCut), torn));
        }
    }

    @Test
    void anEndOfWhichAnySectorsAreMissingIsCutOff() throws IOException {
        Rig rig = new Rig(new LocalDisk(), directory, 1 << 16);
        LogSession log = rig.create();
        rig.write(log, Rig.entries(1, 1, 4));
        int synced = offsets(Files.readAllBytes(rig.segment(0, 0))).getLast();
        rig.queue(log, Rig.entry(1, 4, "x".repeat(700)), Rig.entry(1, 5, "y".repeat(900)), Rig.entry(1, 6, "z".repeat(40)));
        log.close();
        byte[] whole = Files.readAllBytes(rig.segment(0, 0));
        int end = offsets(whole).getLast();
        int firstSector = synced / 512;
        int sectors = end / 512 - firstSector + 1;
        assertTrue(sectors >= 4, "sectors " + sectors);
        for (int lost = 1; lost < 1 << sectors; lost++) {
            byte[] some = whole.clone();
            for (int sector = 0; sector < sectors; sector++) {
                if ((lost >> sector & 1) != 0) {
                    int from = Math.max(synced, (firstSector + sector) * 512);
                    Arrays.fill(some, from, (firstSector + sector + 1) * 512, (byte) 0);
                }
            }
            Files.write(rig.segment(0, 0), some);
            try (LogSession again = rig.open()) {
                assertTrue(again.lastIndex() >= 3 && again.lastIndex() < 6, "lost " + lost + " last " + again.lastIndex());
                assertEquals(List.of(Rig.entries(1, 1, 4)), again.read(1, 4, Rig.ALL_BYTES));
            } catch (LogException refused) {
                // The first sector also holds records that were synced; a disk does not lose those, so this may be refused.
                assertTrue((lost & 1) != 0, "lost " + lost + ": " + refused.getMessage());
            }
        }
    }

    private static void checkTorn(Rig rig, byte[] bytes, int endOffset, boolean nothingLost) throws IOException {
        Path broken = rig.location.walDirectory().resolve("0000000000000000-0000000000000000.wal.broken");
        Files.deleteIfExists(broken);
        Files.write(rig.segment(0, 0), bytes);
        int entries = (int) offsets(bytes).stream().filter(offset -> offset < endOffset && isEntry(bytes, offset)).count();
        try (LogSession log = rig.open()) {
            assertEquals(entries, log.lastIndex(), "torn at " + endOffset);
            assertEquals(nothingLost, log.recovery().repaired() == 0);
            assertEquals(nothingLost, !Files.exists(broken));
            rig.write(log, Rig.entries(9, entries + 1, entries + 3));
        }
        try (LogSession log = rig.open()) {
            assertEquals(entries + 2, log.lastIndex());
            assertEquals(9, log.recovery().lastTerm());
            assertEquals(0, log.recovery().repaired());
        }
        if (!nothingLost) {
            byte[] copy = Files.readAllBytes(broken);
            assertEquals(-1, Arrays.mismatch(copy, Arrays.copyOf(bytes, copy.length)));
        }
    }

    @Test
    void aFlippedBitAnywhereIsRefusedWithItsPlace() throws IOException {
        Rig rig = written(1 << 12, 3);
        // The last byte of all is 3, so that no flip makes it 0: that would be what a torn write looks like.
        refuseEveryFlip(rig, rig.segment(0, 0), false);
    }

    @Test
    void aFlippedBitInAnEarlierSegmentIsRefusedWithItsPlace() throws IOException {
        Rig rig = written(512, 30);
        List<Path> segments = segments(rig);
        assertTrue(segments.size() >= 3);
        refuseEveryFlip(rig, segments.get(1), true);
    }

    private static void refuseEveryFlip(Rig rig, Path segment, boolean earlier) throws IOException {
        byte[] whole = Files.readAllBytes(segment);
        List<Integer> offsets = offsets(whole);
        for (int record = 0; record < offsets.size() - 1; record++) {
            int offset = offsets.get(record);
            int end = offset + 8 + length(whole, offset);
            for (int bit = offset * 8; bit < end * 8; bit++) {
                // The type is outside the checksum, in etcd's format: 2 and 3 are told apart by what is inside, if at all.
                boolean type = bit / 8 == offset + 9;
                // With a length of 0 the log ends there, as far as anyone can tell.
                boolean ends = !earlier && (bit / 8 < offset + 8 && isZeroButFor(whole, offset, bit) || record == 0);
                if (!type && !ends) {
                    poke(segment, bit / 8, whole[bit / 8] ^ 1 << bit % 8);
                    refuse(rig, segment, offset, bit);
                    poke(segment, bit / 8, whole[bit / 8]);
                }
            }
        }
        rig.open().close();
    }

    /** Changes one byte in place; rewriting the file would make the file system sync it each time. */
    private static void poke(Path file, int offset, int value) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), offset);
        }
    }

    private static void refuse(Rig rig, Path segment, int offset, int bit) throws IOException {
        byte[] before = Files.readAllBytes(segment);
        LogException refused = assertThrows(LogException.class, () -> rig.open().close(), "bit " + bit + " of " + segment);
        assertTrue(refused.getMessage().contains(segment.getFileName().toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains("byte offset " + offset + ":"), "bit " + bit + " of record at " + offset + ": " + refused.getMessage());
        assertTrue(refused.getMessage().contains("remove this member"), refused.getMessage());
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(segment)), "a refused log is not touched");
    }

    @Test
    void aMissingSegmentIsRefused() throws IOException {
        Rig rig = written(1024, 60);
        Files.delete(segments(rig).get(1));
        LogException refused = assertThrows(LogException.class, rig::open);
        assertTrue(refused.getMessage().contains("a segment is missing between"), refused.getMessage());
    }

    @Test
    void aLogThatBeginsLateNeedsItsSnapshot() throws IOException {
        Rig rig = written(1024, 60);
        Files.delete(segments(rig).get(0));
        LogException refused = assertThrows(LogException.class, rig::open);
        assertTrue(refused.getMessage().contains("no valid snapshot file"), refused.getMessage());
    }

    @Test
    void segmentsOfTwoMembersAreRefused() throws IOException {
        Rig rig = written(1024, 60);
        Rig other = new Rig(new LocalDisk(), directory.resolve("other"), 1024);
        LogSession log = other.store.create(other.location, LogBeginning.empty(new LogIdentity(5, 6)), other.loops);
        rig.loops.stepUntilIdle();
        log.close();
        Path second = segments(rig).get(1);
        // The checksum chain is the first to notice, as it must: the second segment does not continue the first.
        Files.copy(other.segment(0, 0), second, StandardCopyOption.REPLACE_EXISTING);
        LogException refused = assertThrows(LogException.class, rig::open);
        assertTrue(refused.getMessage().contains(second.getFileName().toString()), refused.getMessage());
    }

    @Test
    void readingMeetsDamageThatCameAfterOpening() throws IOException {
        Rig rig = written(1 << 16, 6);
        try (LogSession log = rig.open()) {
            byte[] whole = Files.readAllBytes(rig.segment(0, 0));
            int offset = offsets(whole).stream().filter(at -> isEntry(whole, at)).toList().get(3);
            whole[offset + 8 + length(whole, offset) - 1] ^= 4;
            Files.write(rig.segment(0, 0), whole);
            assertEquals(3, log.read(1, 4, Rig.ALL_BYTES).size());
            LogException refused = assertThrows(LogException.class, () -> log.read(4, 5, Rig.ALL_BYTES));
            assertTrue(refused.getMessage().contains("byte offset " + offset), refused.getMessage());
        }
    }

    @Test
    void whatLiesBehindTheEndIsClearedBeforeAnythingIsWritten() throws IOException {
        Rig rig = written(1 << 16, 2);
        byte[] whole = Files.readAllBytes(rig.segment(0, 0));
        int end = offsets(whole).getLast();
        // A whole record that a crash left after a gap; were the gap filled exactly, it would come back to life.
        byte[] stray = Arrays.copyOfRange(whole, 16, 56);
        System.arraycopy(stray, 0, whole, end + 4096, stray.length);
        Files.write(rig.segment(0, 0), whole);
        try (LogSession log = rig.open()) {
            assertTrue(log.recovery().repaired() > 0);
        }
        byte[] after = Files.readAllBytes(rig.segment(0, 0));
        assertTrue(isZero(after, end, after.length));
        assertFalse(isZero(whole, end, whole.length));
    }

    /** A closed log of entries, each with a state after it. */
    private Rig written(long segmentBytes, int count) throws LogException {
        Rig rig = new Rig(new LocalDisk(), directory, segmentBytes);
        LogSession log = rig.create();
        for (int index = 1; index <= count; index++) {
            Entry entry = index == 1 ? Rig.entry(1, 1, "") : Rig.entry(1, index, "value " + index);
            rig.write(log, entry);
            rig.write(log, new HardState(1, 2, index));
        }
        log.close();
        return rig;
    }

    private static List<Path> segments(Rig rig) throws IOException {
        try (Stream<Path> files = Files.list(rig.location.walDirectory())) {
            return files.filter(file -> file.toString().endsWith(".wal")).sorted().toList();
        }
    }

    /** Where frames begin, and at last where they end. */
    private static List<Integer> offsets(byte[] file) {
        List<Integer> offsets = new ArrayList<>();
        int offset = 0;
        while (offset + 8 <= file.length && header(file, offset) != 0) {
            offsets.add(offset);
            offset += 8 + (length(file, offset) + 7) / 8 * 8;
        }
        offsets.add(offset);
        return offsets;
    }

    private static long header(byte[] file, int offset) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
    }

    private static int length(byte[] file, int offset) {
        return (int) header(file, offset);
    }

    private static boolean isEntry(byte[] file, int offset) {
        return file[offset + 9] == 2;
    }

    /** How many records are whole when everything from {@code torn} on is zeros. */
    private static int wholeRecords(byte[] file, List<Integer> offsets, int torn) {
        int whole = 0;
        while (whole + 1 < offsets.size() && isZero(file, torn, Math.max(torn, offsets.get(whole + 1)))) {
            whole++;
        }
        return whole;
    }

    private static boolean isZero(byte[] file, int from, int to) {
        for (int i = from; i < to; i++) {
            if (file[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZeroButFor(byte[] file, int offset, int bit) {
        byte[] header = Arrays.copyOfRange(file, offset, offset + 8);
        header[bit / 8 - offset] ^= (byte) (1 << bit % 8);
        return isZero(header, 0, 8);
    }
}
