package io.tenon.mvcc.index;

import java.util.Arrays;

/**
 * One version of one key, as found. Mutable and used again and again, so that a lookup makes no garbage; it belongs to the thread that
 * made it. What it says is valid until the next lookup with it.
 */
public final class KeyVersion {
    private byte[] block = new byte[0];
    private int keyStart;
    private int keyLength;
    private long main;
    private long sub;
    private long created;
    private long version;

    void set(Run run) {
        main = run.main();
        sub = run.sub();
        created = run.created();
        version = run.version();
    }

    void set(long newMain, long newSub, long newCreated, long newVersion) {
        main = newMain;
        sub = newSub;
        created = newCreated;
        version = newVersion;
    }

    void key(byte[] bytes, int start, int length) {
        block = bytes;
        keyStart = start;
        keyLength = length;
    }

    /** A copy of the key. */
    public byte[] key() {
        return Arrays.copyOfRange(block, keyStart, keyStart + keyLength);
    }

    /** Main revision of the put that made this version. */
    public long main() {
        return main;
    }

    public long sub() {
        return sub;
    }

    /** Main revision of the put that created the key. */
    public long created() {
        return created;
    }

    /** Puts since then, this one included. */
    public long version() {
        return version;
    }
}
