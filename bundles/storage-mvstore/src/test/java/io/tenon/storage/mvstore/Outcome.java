package io.tenon.storage.mvstore;

import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineException;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.spi.storage.EngineSession;
import io.tenon.spi.storage.EngineView;
import io.tenon.testkit.storage.CommitScript;
import io.tenon.testkit.storage.ModelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a store that was damaged says of itself.
 *
 * @param refused  it did not open
 * @param reported reads and scans that reported damage
 * @param wrong    answers that no commit of the script gives, and rows silently absent
 * @param applied  what it says it has applied
 */
record Outcome(boolean refused, int reported, List<String> wrong, long applied) {
    private static final EngineOptions OPTIONS = new EngineOptions(16 << 20, false);

    /** Opens a store and reads every row by key and by scan. */
    static Outcome of(Path folder, CommitScript script) throws EngineException {
        try (EngineSession session = new MvStoreEngine().open(folder, OPTIONS); EngineView view = session.view()) {
            return read(view, script.model((int) view.applied().index()));
        } catch (EngineCorruptException refused) {
            return new Outcome(true, 1, List.of(), 0);
        }
    }

    private static Outcome read(EngineView view, ModelStore model) {
        List<String> wrong = new ArrayList<>();
        int[] reported = new int[1];
        for (Bucket bucket : Bucket.values()) {
            if (bucket != Bucket.TENON) {
                model.rows(bucket).forEach((key, value) -> {
                    try {
                        Optional<byte[]> found = view.get(bucket, key);
                        if (found.isEmpty() || !Arrays.equals(found.get(), value)) {
                            wrong.add("get " + bucket + (found.isEmpty() ? " absent" : " other value"));
                        }
                    } catch (EngineCorruptException damage) {
                        reported[0]++;
                    }
                });
                scan(view, bucket, model.rows(bucket), wrong, reported);
            }
        }
        return new Outcome(false, reported[0], wrong, view.applied().index());
    }

    private static void scan(EngineView view, Bucket bucket, TreeMap<byte[], byte[]> rows, List<String> wrong, int[] reported) {
        int[] seen = new int[1];
        try {
            view.scanVerified(bucket, (key, value) -> {
                seen[0]++;
                if (!Arrays.equals(rows.get(key), value)) {
                    wrong.add("scan " + bucket + " row that is not there");
                }
                return true;
            });
            if (seen[0] != rows.size() || view.count(bucket) != rows.size()) {
                wrong.add("scan " + bucket + " " + seen[0] + " rows of " + rows.size());
            }
        } catch (EngineCorruptException damage) {
            reported[0]++;
        }
    }
}
