package io.tenon.mvcc;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiConsumer;

/**
 * Reads a bucket on a thread of its own, a bounded number of rows ahead of whoever uses them: reading and checking rows takes as long as
 * indexing them, and a node that starts has both cores for it.
 */
final class ScanAhead {
    private static final int ROWS_A_PORTION = 1024;
    private static final int MOST_PORTIONS = 16;

    private final BlockingQueue<Portion> portions = new ArrayBlockingQueue<>(MOST_PORTIONS);

    /** Rows in order; the last portion says how the scan ended. */
    private record Portion(List<byte[]> keys, List<byte[]> values, End end) {
    }

    private sealed interface End {
        record Open() implements End {
        }

        record Complete() implements End {
        }

        record Failed(RuntimeException failure) implements End {
        }
    }

    private static final End OPEN = new End.Open();

    private ScanAhead() {
    }

    /**
     * Gives every row to the user on the calling thread, in order; returns when the bucket was read to its end and verified.
     *
     * @throws io.tenon.spi.storage.EngineCorruptException as {@link EngineView#scanVerified}
     */
    static void scanVerified(EngineView view, Bucket bucket, BiConsumer<byte[], byte[]> user) {
        ScanAhead ahead = new ScanAhead();
        Thread scanner = Thread.ofPlatform().name("tenon-restore-scan").daemon().start(() -> ahead.scan(view, bucket));
        try {
            ahead.use(user);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the keyspace was restored", stop);
        } finally {
            scanner.interrupt();
        }
    }

    private void use(BiConsumer<byte[], byte[]> user) throws InterruptedException {
        while (true) {
            Portion portion = portions.take();
            for (int row = 0; row < portion.keys.size(); row++) {
                user.accept(portion.keys.get(row), portion.values.get(row));
            }
            switch (portion.end) {
                case End.Open open -> {
                }
                case End.Complete complete -> {
                    return;
                }
                case End.Failed failed -> throw failed.failure;
            }
        }
    }

    private void scan(EngineView view, Bucket bucket) {
        Filling filling = new Filling();
        try {
            view.scanVerified(bucket, filling::row);
            filling.hand(new End.Complete());
        } catch (RuntimeException failure) {
            filling.hand(new End.Failed(failure));
        }
    }

    /** The portion that is being filled. The scanner's alone. */
    private final class Filling {
        private List<byte[]> keys = new ArrayList<>(ROWS_A_PORTION);
        private List<byte[]> values = new ArrayList<>(ROWS_A_PORTION);

        /** False when nobody wants more. */
        boolean row(byte[] key, byte[] value) {
            keys.add(key);
            values.add(value);
            return keys.size() < ROWS_A_PORTION || hand(OPEN);
        }

        boolean hand(End end) {
            try {
                portions.put(new Portion(keys, values, end));
            } catch (InterruptedException unwanted) {
                Thread.currentThread().interrupt();
                return false;
            }
            keys = new ArrayList<>(ROWS_A_PORTION);
            values = new ArrayList<>(ROWS_A_PORTION);
            return true;
        }
    }
}
