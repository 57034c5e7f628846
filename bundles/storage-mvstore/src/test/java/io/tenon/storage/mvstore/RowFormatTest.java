package io.tenon.storage.mvstore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.WriteBuffer;
import org.junit.jupiter.api.Test;

/** Keys and values of a page as they lie in the file. */
class RowFormatTest {
    private final byte[][] rows = {{}, {0}, {1, 2, 3}, new byte[200], {(byte) 0xFF}};

    private static byte[] written(ByteRows type, byte[][] rows) {
        WriteBuffer target = new WriteBuffer();
        type.write(target, rows, rows.length);
        byte[] bytes = new byte[target.position()];
        target.getBuffer().get(0, bytes);
        return bytes;
    }

    private static byte[][] read(ByteRows type, byte[] bytes, int count) {
        byte[][] rows = type.createStorage(count);
        type.read(ByteBuffer.wrap(bytes), rows, count);
        return rows;
    }

    @Test
    void formIsTheDocumentedOne() {
        byte[][] two = {{1}, {2, 3}};
        assertEquals("00000005" + "db5c2236" + "0101" + "020203", HexFormat.of().formatHex(written(KeyBlock.INSTANCE, two)));
        assertEquals("01" + "a016d052" + "01" + "02" + "c574b4c8" + "0203", HexFormat.of().formatHex(written(CheckedValue.INSTANCE, two)));
    }

    @Test
    void rowsComeBackAsWritten() {
        for (ByteRows type : new ByteRows[] {KeyBlock.INSTANCE, CheckedValue.INSTANCE}) {
            assertArrayEquals(rows, read(type, written(type, rows), rows.length));
        }
    }

    @Test
    void everyChangedBitIsSeen() {
        for (ByteRows type : new ByteRows[] {KeyBlock.INSTANCE, CheckedValue.INSTANCE}) {
            byte[] bytes = written(type, rows);
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] damaged = bytes.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                assertThrows(MVStoreException.class, () -> read(type, damaged, rows.length), "bit " + bit);
            }
        }
    }

    @Test
    void garbageLengthsAreRefusedBeforeTheyAreAllocated() {
        byte[] garbage = new byte[64];
        Arrays.fill(garbage, (byte) 0x7F);
        assertThrows(MVStoreException.class, () -> read(KeyBlock.INSTANCE, garbage, 3));
        assertThrows(MVStoreException.class, () -> KeyBlock.INSTANCE.createStorage(Integer.MAX_VALUE));
        assertThrows(MVStoreException.class, () -> KeyBlock.INSTANCE.createStorage(-1));
        assertThrows(MVStoreException.class, () -> read(CheckedValue.INSTANCE,
                new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7, 0, 0, 0, 0}, 1));
    }

    @Test
    void memoryCountsTheObjectHeader() {
        assertEquals(16, KeyBlock.INSTANCE.getMemory(new byte[0]));
        assertEquals(40, KeyBlock.INSTANCE.getMemory(new byte[17]));
        assertTrue(CheckedValue.INSTANCE.getMemory(new byte[300]) >= 316);
    }
}
