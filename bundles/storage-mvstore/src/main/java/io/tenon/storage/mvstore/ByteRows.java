package io.tenon.storage.mvstore;

import java.util.Arrays;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.BasicDataType;

/** Byte arrays in unsigned order, with an honest count of the heap they take, since that count bounds the cache. */
abstract class ByteRows extends BasicDataType<byte[]> {
    /** More than any page has; a larger number in a file is damage and must not be allocated. */
    private static final int MOST_ROWS = 1 << 12;
    private static final int ARRAY_HEADER_BYTES = 16;
    private static final int ALIGNMENT_BYTES = 8;

    @Override
    public final int compare(byte[] one, byte[] other) {
        return Arrays.compareUnsigned(one, other);
    }

    @Override
    public final int getMemory(byte[] bytes) {
        return ARRAY_HEADER_BYTES + bytes.length + ALIGNMENT_BYTES - 1 & -ALIGNMENT_BYTES;
    }

    @Override
    public final boolean isMemoryEstimationAllowed() {
        return false;
    }

    @Override
    public final byte[][] createStorage(int size) {
        if (size < 0 || size > MOST_ROWS) {
            throw corrupt("page of " + size + " rows");
        }
        return new byte[size][];
    }

    static MVStoreException corrupt(String what) {
        return DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "{0}", what);
    }
}
