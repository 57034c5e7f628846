package io.tenon.storage.mvstore;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;

/** The keys of a page: length in bytes (4), CRC-32C (4) of what follows, then each key's length (variable) and bytes. */
final class KeyBlock extends ByteRows {
    static final KeyBlock INSTANCE = new KeyBlock();
    private static final int HEAD_BYTES = 2 * Integer.BYTES;

    @Override
    public void write(WriteBuffer target, Object storage, int count) {
        byte[][] keys = cast(storage);
        int start = target.position();
        target.putInt(0).putInt(0);
        for (int i = 0; i < count; i++) {
            target.putVarInt(keys[i].length).put(keys[i]);
        }
        int length = target.position() - start - HEAD_BYTES;
        target.putInt(start, length);
        target.putInt(start + Integer.BYTES, crc(target.getBuffer(), start + HEAD_BYTES, length));
    }

    @Override
    public void read(ByteBuffer source, Object storage, int count) {
        byte[][] keys = cast(storage);
        int length = source.remaining() < HEAD_BYTES ? -1 : source.getInt();
        if (length < 0 || length > source.remaining() - Integer.BYTES) {
            throw corrupt("keys of " + length + " bytes in a page of " + source.capacity());
        }
        if (source.getInt() != crc(source, source.position(), length)) {
            throw corrupt("checksum of a page's keys is wrong");
        }
        for (int i = 0; i < count; i++) {
            int size = DataUtils.readVarInt(source);
            if (size < 0 || size > source.remaining()) {
                throw corrupt("key of " + size + " bytes");
            }
            keys[i] = new byte[size];
            source.get(keys[i]);
        }
    }

    private static int crc(ByteBuffer bytes, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), bytes.arrayOffset() + start, length);
        return (int) crc.getValue();
    }

    @Override
    public void write(WriteBuffer target, byte[] key) {
        write(target, new byte[][] {key}, 1);
    }

    @Override
    public byte[] read(ByteBuffer source) {
        byte[][] one = new byte[1][];
        read(source, one, 1);
        return one[0];
    }
}
