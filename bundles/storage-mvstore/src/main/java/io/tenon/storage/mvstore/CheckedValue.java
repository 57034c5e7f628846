package io.tenon.storage.mvstore;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;

/** A value: its length (variable), CRC-32C (4) and bytes. */
final class CheckedValue extends ByteRows {
    static final CheckedValue INSTANCE = new CheckedValue();

    @Override
    public void write(WriteBuffer target, byte[] value) {
        target.putVarInt(value.length).putInt(crc(value)).put(value);
    }

    @Override
    public byte[] read(ByteBuffer source) {
        int size = DataUtils.readVarInt(source);
        if (size < 0 || size > source.remaining() - Integer.BYTES) {
            throw corrupt("value of " + size + " bytes in a page of " + source.capacity());
        }
        int crc = source.getInt();
        byte[] value = new byte[size];
        source.get(value);
        if (crc != crc(value)) {
            throw corrupt("checksum of a value is wrong");
        }
        return value;
    }

    private static int crc(byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(value, 0, value.length);
        return (int) crc.getValue();
    }
}
