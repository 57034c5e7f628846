package io.tenon.mvcc.index;

/** Unsigned integers of seven bits a byte, low bits first, as protobuf has them. Reading is in {@link Run}, which keeps the place. */
final class Varints {
    static final int MOST_BYTES = 10;

    private Varints() {
    }

    /** Writes a value and returns the place behind it. */
    static int put(byte[] bytes, int at, long value) {
        int place = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[place++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[place++] = (byte) rest;
        return place;
    }

    static int size(long value) {
        return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    }
}
