package io.tenon.wal.format;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import java.nio.ByteBuffer;

/** The messages inside entry and state records, looked at without making objects until somebody wants one. */
public final class EntryFields {
    private static final int ENTRY_TYPES = EntryType.values().length;

    private final ProtoFields fields = new ProtoFields();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private long type;
    private long term;
    private long index;
    private int dataStart;
    private int dataBytes;

    /** Looks at the reader's current record, which must be an entry. */
    public void reset(RecordReader reader) throws MalformedException {
        buffer = reader.buffer();
        type = 0;
        term = 0;
        index = 0;
        dataBytes = 0;
        fields.reset(buffer, reader.dataStart(), reader.dataEnd());
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> type = fields.number();
                case 2 -> term = fields.number();
                case 3 -> index = fields.number();
                case 4 -> {
                    dataStart = fields.start();
                    dataBytes = fields.length();
                }
                default -> throw new MalformedException("an entry with field " + fields.field());
            }
        }
        if (type < 0 || type >= ENTRY_TYPES) {
            throw new MalformedException("an entry of type " + type);
        }
    }

    public long term() {
        return term;
    }

    public long index() {
        return index;
    }

    public int dataBytes() {
        return dataBytes;
    }

    public Entry entry() {
        ByteString data = dataBytes == 0 ? ByteString.EMPTY : ByteString.copyFrom(buffer.slice(dataStart, dataBytes));
        return new Entry(term, index, EntryType.of((int) type), data);
    }

    /** Reads the reader's current record, which must be a state. */
    public HardState state(RecordReader reader) throws MalformedException {
        long stateTerm = 0;
        long vote = 0;
        long commit = 0;
        fields.reset(reader.buffer(), reader.dataStart(), reader.dataEnd());
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> stateTerm = fields.number();
                case 2 -> vote = fields.number();
                case 3 -> commit = fields.number();
                default -> throw new MalformedException("a state with field " + fields.field());
            }
        }
        return new HardState(stateTerm, vote, commit);
    }
}
