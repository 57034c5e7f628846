package io.tenon.mvcc;

import io.tenon.spi.storage.EngineCorruptException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Keys of the bucket {@code key}: main, {@code _}, sub, both eight bytes big-endian; {@code t} behind it marks a tombstone. */
final class RowKeys {
    static final int PUT_BYTES = 17;
    static final int TOMBSTONE_BYTES = 18;
    private static final int SUB_AT = 9;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private RowKeys() {
    }

    static byte[] put(long main, long sub) {
        return write(new byte[PUT_BYTES], main, sub);
    }

    static byte[] tombstone(long main, long sub) {
        byte[] key = write(new byte[TOMBSTONE_BYTES], main, sub);
        key[PUT_BYTES] = 't';
        return key;
    }

    /** The first key that any row of this main revision could have. */
    static byte[] first(long main) {
        return put(main, 0);
    }

    private static byte[] write(byte[] key, long main, long sub) {
        LONGS.set(key, 0, main);
        key[Long.BYTES] = '_';
        LONGS.set(key, SUB_AT, sub);
        return key;
    }

    static long main(byte[] key) {
        check(key);
        return (long) LONGS.get(key, 0);
    }

    static long sub(byte[] key) {
        return (long) LONGS.get(key, SUB_AT);
    }

    static boolean isTombstone(byte[] key) {
        return key.length == TOMBSTONE_BYTES;
    }

    private static void check(byte[] key) {
        boolean whole = key.length == PUT_BYTES || key.length == TOMBSTONE_BYTES && key[PUT_BYTES] == 't';
        if (!whole || key[Long.BYTES] != '_') {
            throw new EngineCorruptException("bucket key has a row that is no revision: " + HexFormat.of().formatHex(key));
        }
    }
}
