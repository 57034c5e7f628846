package io.tenon.spi.storage;

/** Changes that become visible together. Immutable; byte arrays in it are never changed. A later change of a key overrides an earlier. */
public interface SealedBatch {

    /** Number of changes. */
    int operations();

    /** Bytes of keys and values. */
    long sizeBytes();

    /** Replays the changes bucket by bucket; within a bucket in the order in which they were made. */
    void replay(Visitor visitor);

    /** Receives the changes of a batch. */
    interface Visitor {

        void put(Bucket bucket, byte[] key, byte[] value);

        /** Removes a row; one that is absent stays absent. */
        void delete(Bucket bucket, byte[] key);
    }
}
