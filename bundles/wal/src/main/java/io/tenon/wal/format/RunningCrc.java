package io.tenon.wal.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The CRC-32C that runs over the data of all records since the log began. The JDK's is computed by the processor but cannot be started
 * from a stored value; four bytes chosen for it bring a fresh one to any value, because four bytes reach every state of the register.
 */
public final class RunningCrc {
    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int[] TABLE = table();
    /** Place in {@link #TABLE} of the word with a given top byte; every top byte occurs once. */
    private static final int[] BY_TOP_BYTE = byTopByte();
    private static final int START = 0xFFFFFFFF;

    private final CRC32C crc = new CRC32C();
    private final byte[] bridge = new byte[Integer.BYTES];

    /** Starts over from a value that was read from a file. */
    public void set(int value) {
        int register = ~value;
        for (int i = 0; i < Integer.BYTES; i++) {
            int place = BY_TOP_BYTE[register >>> 24];
            register = (register ^ TABLE[place]) << 8 | place;
        }
        register ^= START;
        for (int i = 0; i < Integer.BYTES; i++) {
            bridge[i] = (byte) (register >>> 8 * i);
        }
        crc.reset();
        crc.update(bridge, 0, Integer.BYTES);
    }

    /** Adds the bytes between position and limit, and leaves the position at the limit. */
    public void update(ByteBuffer bytes) {
        crc.update(bytes);
    }

    public int value() {
        return (int) crc.getValue();
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int word = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                word = (word & 1) == 0 ? word >>> 1 : word >>> 1 ^ POLYNOMIAL;
            }
            table[i] = word;
        }
        return table;
    }

    private static int[] byTopByte() {
        int[] places = new int[256];
        for (int i = 0; i < places.length; i++) {
            places[TABLE[i] >>> 24] = i;
        }
        return places;
    }
}
