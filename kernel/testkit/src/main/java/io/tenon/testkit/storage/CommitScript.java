package io.tenon.testkit.storage;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Commits made from a seed: the n-th is always the same, so the state after any of them can be worked out again. */
public final class CommitScript {
    private static final int KEYS = 600;
    private static final Bucket[] BUCKETS = {Bucket.KEY, Bucket.KEY, Bucket.KEY, Bucket.LEASE, Bucket.AUTH_USERS, Bucket.ALARM};

    private final long seed;
    private final int mostChanges;

    public CommitScript(long seed, int mostChanges) {
        this.seed = seed;
        this.mostChanges = mostChanges;
    }

    public LogMark mark(int commit) {
        return new LogMark(1 + commit / 10, commit);
    }

    /** Puts in ascending keys as revisions are, overwrites and removals in a small range, and now and then a large value. */
    public RowBatch batch(int commit) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + commit);
        RowBatch batch = RowBatch.batch();
        int changes = random.nextInt(mostChanges + 1);
        for (int i = 0; i < changes; i++) {
            Bucket bucket = BUCKETS[random.nextInt(BUCKETS.length)];
            boolean revision = random.nextInt(3) > 0;
            byte[] key = revision ? revision(commit * (long) mostChanges + i) : RowBatch.bytes("k" + random.nextInt(KEYS));
            if (!revision && random.nextInt(3) == 0) {
                batch.delete(bucket, key);
            } else {
                batch.put(bucket, key, value(random));
            }
        }
        return batch;
    }

    private static byte[] value(SplittableRandom random) {
        byte[] value = new byte[random.nextInt(200) == 0 ? random.nextInt(40_000) : random.nextInt(400)];
        random.nextBytes(value);
        return value;
    }

    private static byte[] revision(long number) {
        return ByteBuffer.allocate(2 * Long.BYTES + 1).putLong(number).put((byte) '_').putLong(0).array();
    }

    /** The state after this commit. */
    public ModelStore model(int commit) {
        ModelStore model = new ModelStore();
        for (int i = 1; i <= commit; i++) {
            model.commit(batch(i), mark(i));
        }
        return model;
    }
}
