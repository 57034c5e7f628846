package io.tenon.wal.format;

import java.util.Optional;

/** What a record is; {@link #number()} is walpb's. */
public enum RecordType {
    METADATA, ENTRY, STATE, CRC, SNAPSHOT;

    private static final RecordType[] ALL = values();

    public int number() {
        return ordinal() + 1;
    }

    public static Optional<RecordType> of(long number) {
        return number >= 1 && number <= ALL.length ? Optional.of(ALL[(int) number - 1]) : Optional.empty();
    }
}
