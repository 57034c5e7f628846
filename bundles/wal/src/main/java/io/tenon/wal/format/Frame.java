package io.tenon.wal.format;

/**
 * The eight bytes before each record, little-endian: its length in the low seven bytes, and in the top byte {@code 0x80 | padding} when
 * padding follows. Length and padding together are a multiple of eight, so that no frame's header is ever split between two sectors.
 */
public final class Frame {
    public static final int HEADER_BYTES = 8;
    /** The most that stands in a record before its data: type, checksum, and the data's tag and length. */
    public static final int PREFIX_MOST_BYTES = 2 + 6 + 6;
    private static final long LENGTH_MASK = 0x00FF_FFFF_FFFF_FFFFL;

    private Frame() {
    }

    public static int padding(long recordBytes) {
        return (int) -recordBytes & 7;
    }

    public static long header(int recordBytes) {
        int padding = padding(recordBytes);
        return padding == 0 ? recordBytes : (long) (0x80 | padding) << 56 | recordBytes;
    }

    /** The record's length, from a header that is not 0. */
    public static long recordBytes(long header) throws MalformedException {
        long recordBytes = header & LENGTH_MASK;
        int padding = padding(recordBytes);
        if (header >>> 56 != (padding == 0 ? 0 : 0x80 | padding) || recordBytes == 0) {
            throw new MalformedException("the length field is damaged: %016x".formatted(header));
        }
        return recordBytes;
    }

    /** Bytes of header, record and padding. */
    public static long frameBytes(long recordBytes) {
        return HEADER_BYTES + recordBytes + padding(recordBytes);
    }
}
