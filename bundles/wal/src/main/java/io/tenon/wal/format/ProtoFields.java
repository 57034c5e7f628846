package io.tenon.wal.format;

import java.nio.ByteBuffer;

/**
 * Walks over the fields of one protobuf message without making objects: a log is read at start, millions of records long, and nearly all
 * of it is only looked at. Fields may come in any order, be absent or unknown, as written by any version of etcd.
 */
public final class ProtoFields {
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int position;
    private int limit;
    private int field;
    private long number;
    private int start;
    private int length;

    /** Begins with the message in {@code [from, to)} of the buffer, whose own position is not used. */
    public void reset(ByteBuffer bytes, int from, int to) {
        this.bytes = bytes;
        position = from;
        limit = to;
    }

    /** Goes to the next field; false after the last. */
    public boolean next() throws MalformedException {
        if (position == limit) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        start = -1;
        if (field == 0) {
            throw new MalformedException("field 0");
        }
        switch ((int) tag & 7) {
            case 0 -> number = varint();
            case 1 -> skip(Long.BYTES);
            case 2 -> {
                long size = varint();
                start = position;
                skip(size);
                length = (int) size;
            }
            case 5 -> skip(Integer.BYTES);
            default -> throw new MalformedException("wire type " + (tag & 7) + " of field " + field);
        }
        return true;
    }

    /** True after the last field, and only if that ended exactly where the message does. */
    public boolean isAtEnd() {
        return position == limit;
    }

    public int field() {
        return field;
    }

    /** The value of a field that is a number. */
    public long number() throws MalformedException {
        if (start >= 0) {
            throw new MalformedException("field " + field + " is no number");
        }
        return number;
    }

    /** Where the value of a field that is bytes begins in the buffer. */
    public int start() throws MalformedException {
        if (start < 0) {
            throw new MalformedException("field " + field + " is no bytes");
        }
        return start;
    }

    /** How long the value of a field that is bytes is. */
    public int length() {
        return length;
    }

    private void skip(long count) throws MalformedException {
        if (count < 0 || count > limit - position) {
            throw new MalformedException("field " + field + " of " + count + " bytes does not fit");
        }
        position += (int) count;
    }

    private long varint() throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (position == limit) {
                throw new MalformedException("a number is cut off");
            }
            byte next = bytes.get(position++);
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException("a number is too long");
    }
}
