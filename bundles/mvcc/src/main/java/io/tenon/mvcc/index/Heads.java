package io.tenon.mvcc.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A node's keys share a prefix; the eight bytes behind it are a key's head. Searching the heads, which lie side by side, decides nearly
 * every comparison without a look at the keys, each of which would be a cache miss.
 */
final class Heads {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Heads() {
    }

    /** The bytes from a place on, big-endian, as if zeros followed: to be compared unsigned; equal heads say nothing. */
    static long of(byte[] bytes, int at, int end) {
        if (end - at >= Long.BYTES) {
            return (long) LONGS.get(bytes, at);
        }
        long head = 0;
        for (int i = at; i < at + Long.BYTES; i++) {
            head = head << Byte.SIZE | (i < end ? bytes[i] & 0xFF : 0);
        }
        return head;
    }

    /** Length of what two keys have in common from their start. */
    static int common(byte[] one, byte[] other) {
        int mismatch = Arrays.mismatch(one, other);
        return mismatch < 0 ? one.length : mismatch;
    }
}
