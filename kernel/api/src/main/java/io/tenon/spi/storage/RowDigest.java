package io.tenon.spi.storage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit digest of a row. The digest of a bucket is the sum of its rows' digests, so a put adds, a removal subtracts, and the order of
 * rows does not matter. It finds accidents, not forgeries.
 */
public final class RowDigest {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SEED = 0x9E3779B97F4A7C15L;

    private RowDigest() {
    }

    /** Digest of a row; depends on every bit of key and value and on where one ends and the other begins. */
    public static long of(byte[] key, byte[] value) {
        return mix(fold(fold(SEED, key), value));
    }

    private static long fold(long state, byte[] bytes) {
        long hash = mix(state ^ bytes.length);
        int at = 0;
        for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
            hash = Long.rotateLeft(hash ^ (long) LONGS.get(bytes, at) * 0xD6E8FEB86659FD93L, 29) * SEED;
        }
        long tail = 0;
        for (; at < bytes.length; at++) {
            tail = tail << 8 | bytes[at] & 0xFF;
        }
        return mix(hash ^ tail);
    }

    private static long mix(long value) {
        long x = value;
        x = (x ^ x >>> 32) * 0xD6E8FEB86659FD93L;
        x = (x ^ x >>> 32) * 0xD6E8FEB86659FD93L;
        return x ^ x >>> 32;
    }
}
