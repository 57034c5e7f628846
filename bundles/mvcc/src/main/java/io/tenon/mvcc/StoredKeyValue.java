package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An encoded KeyValue as it is stored, with its numbers read and its byte fields found. Writing is done by hand in one pass, fields in
 * order, zeros left out, so that what is stored is to the byte what etcd stores and what a range returns.
 */
record StoredKeyValue(byte[] bytes, Field key, long created, long modified, long version, Field value, long lease) {
    private static final int KEY = 0x0a;
    private static final int CREATE_REVISION = 0x10;
    private static final int MOD_REVISION = 0x18;
    private static final int VERSION = 0x20;
    private static final int VALUE = 0x2a;
    private static final int LEASE = 0x30;

    /** Where a byte field lies. */
    record Field(int start, int length) {
        static final Field ABSENT = new Field(0, 0);
    }

    static StoredKeyValue parse(byte[] bytes) {
        Reader reader = new Reader(bytes);
        Field key = Field.ABSENT;
        Field value = Field.ABSENT;
        long created = 0;
        long modified = 0;
        long version = 0;
        long lease = 0;
        while (reader.hasMore()) {
            switch (reader.tag()) {
                case KEY -> key = reader.field();
                case CREATE_REVISION -> created = reader.varint();
                case MOD_REVISION -> modified = reader.varint();
                case VERSION -> version = reader.varint();
                case VALUE -> value = reader.field();
                case LEASE -> lease = reader.varint();
                default -> throw reader.corrupt();
            }
        }
        return new StoredKeyValue(bytes, key, created, modified, version, value, lease);
    }

    byte[] keyBytes() {
        return Arrays.copyOfRange(bytes, key.start, key.start + key.length);
    }

    ByteString valueSlice() {
        return UnsafeByteOperations.unsafeWrap(bytes, value.start, value.length);
    }

    ByteString encoded() {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    int compareKeys(StoredKeyValue other) {
        return compareField(key, other, other.key);
    }

    int compareValues(StoredKeyValue other) {
        return compareField(value, other, other.value);
    }

    private int compareField(Field mine, StoredKeyValue other, Field theirs) {
        return Arrays.compareUnsigned(bytes, mine.start, mine.start + mine.length,
                other.bytes, theirs.start, theirs.start + theirs.length);
    }

    /** The same without its value, encoded. */
    byte[] withoutValue(long keptLease) {
        return encode(keyBytes(), new Numbers(created, modified, version, keptLease), ByteString.EMPTY);
    }

    /** A message of stored bytes. */
    static KeyValue message(byte[] bytes) {
        return message(UnsafeByteOperations.unsafeWrap(bytes));
    }

    static KeyValue message(ByteString bytes) {
        try {
            return KeyValue.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new EngineCorruptException("stored value is no KeyValue: " + e.getMessage(), e);
        }
    }

    /** The numbers of a KeyValue. */
    record Numbers(long created, long modified, long version, long lease) {
    }

    static byte[] encode(byte[] key, Numbers numbers, ByteString value) {
        int size = fieldSize(key.length) + numberSize(numbers.created) + numberSize(numbers.modified) + numberSize(numbers.version)
                + fieldSize(value.size()) + numberSize(numbers.lease);
        byte[] to = new byte[size];
        int at = writeKey(to, key);
        at = writeNumber(to, at, CREATE_REVISION, numbers.created);
        at = writeNumber(to, at, MOD_REVISION, numbers.modified);
        at = writeNumber(to, at, VERSION, numbers.version);
        if (!value.isEmpty()) {
            to[at++] = VALUE;
            at = writeVarint(to, at, value.size());
            value.copyTo(to, at);
            at += value.size();
        }
        at = writeNumber(to, at, LEASE, numbers.lease);
        if (at != size) {
            throw new IllegalStateException("encoded " + at + " bytes of " + size);
        }
        return to;
    }

    /** What is stored of a deletion: the key alone. */
    static byte[] tombstone(byte[] key) {
        byte[] to = new byte[fieldSize(key.length)];
        writeKey(to, key);
        return to;
    }

    /** What a watcher gets of a deletion. */
    static byte[] deletion(byte[] key, long main) {
        byte[] to = new byte[fieldSize(key.length) + numberSize(main)];
        writeNumber(to, writeKey(to, key), MOD_REVISION, main);
        return to;
    }

    private static int writeKey(byte[] to, byte[] key) {
        if (key.length == 0) {
            return 0;
        }
        to[0] = KEY;
        int at = writeVarint(to, 1, key.length);
        System.arraycopy(key, 0, to, at, key.length);
        return at + key.length;
    }

    private static int writeNumber(byte[] to, int at, int tag, long number) {
        if (number == 0) {
            return at;
        }
        to[at] = (byte) tag;
        return writeVarint(to, at + 1, number);
    }

    private static int writeVarint(byte[] to, int at, long value) {
        int place = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to[place++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[place++] = (byte) rest;
        return place;
    }

    private static int fieldSize(int length) {
        return length == 0 ? 0 : 1 + varintSize(length) + length;
    }

    private static int numberSize(long number) {
        return number == 0 ? 0 : 1 + varintSize(number);
    }

    private static int varintSize(long value) {
        return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    }

    /** One pass over stored bytes. */
    private static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean hasMore() {
            return at < bytes.length;
        }

        int tag() {
            return bytes[at++];
        }

        Field field() {
            long length = varint();
            if (length < 0 || length > bytes.length - at) {
                throw corrupt();
            }
            Field field = new Field(at, (int) length);
            at += field.length;
            return field;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                if (at == bytes.length) {
                    throw corrupt();
                }
                byte next = bytes[at++];
                value |= (next & 0x7FL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw corrupt();
        }

        EngineCorruptException corrupt() {
            int shown = Math.min(bytes.length, 64);
            return new EngineCorruptException("stored value is no KeyValue at byte " + at + " of " + bytes.length + ": "
                    + HexFormat.of().formatHex(bytes, 0, shown));
        }
    }
}
