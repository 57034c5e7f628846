package io.tenon.api.consensus;

/** The kind of a log entry; {@link #number()} is raftpb's. */
public enum EntryType {
    NORMAL, CONF_CHANGE, CONF_CHANGE_V2;

    private static final EntryType[] ALL = values();

    public int number() {
        return ordinal();
    }

    /** @throws IllegalArgumentException for a number that raftpb does not have */
    public static EntryType of(int number) {
        if (number < 0 || number >= ALL.length) {
            throw new IllegalArgumentException("entry type " + number);
        }
        return ALL[number];
    }
}
