package io.tenon.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Keys of fixed length: a prefix, dots, and the key's number in decimal digits, so that key order is number order. One thread. */
final class Keys {
    private static final String PREFIX = "bench/";
    private static final int DIGITS = 10;
    /** Prefix and digits. */
    static final int SHORTEST_BYTES = PREFIX.length() + DIGITS;

    private final int sizeBytes;
    private final int space;
    private final boolean sequential;
    private final SplittableRandom random;
    private int next;

    Keys(LoadOptions options) {
        sizeBytes = options.keySizeBytes;
        space = options.keySpace;
        sequential = options.sequential;
        random = new SplittableRandom(options.seed);
    }

    ByteString next() {
        return of(nextNumber());
    }

    int nextNumber() {
        if (!sequential) {
            return random.nextInt(space);
        }
        int number = next;
        next = number + 1 == space ? 0 : number + 1;
        return number;
    }

    ByteString of(int number) {
        byte[] key = new byte[sizeBytes];
        Arrays.fill(key, (byte) '.');
        byte[] prefix = PREFIX.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(prefix, 0, key, 0, prefix.length);
        int left = number;
        for (int at = sizeBytes - 1; at >= sizeBytes - DIGITS; at--) {
            key[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        return UnsafeByteOperations.unsafeWrap(key);
    }

    int space() {
        return space;
    }

    /** Bytes that do not compress. */
    static ByteString value(int sizeBytes, long seed) {
        byte[] value = new byte[sizeBytes];
        new java.util.Random(seed).nextBytes(value);
        return UnsafeByteOperations.unsafeWrap(value);
    }
}
