package io.tenon.mvcc;

import io.tenon.mvcc.HashKv.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The hashes that the last compactions of this process left. Any thread. */
final class CompactionHashes {
    private static final int MOST_HASHES = 10;
    private final AtomicReference<List<Hash>> hashes;

    /** @param hashes ascending by revision */
    CompactionHashes(List<Hash> hashes) {
        this.hashes = new AtomicReference<>(List.copyOf(hashes));
    }

    void add(Hash hash) {
        hashes.updateAndGet(before -> {
            List<Hash> after = new ArrayList<>(before);
            after.add(hash);
            return List.copyOf(after.subList(Math.max(0, after.size() - MOST_HASHES), after.size()));
        });
    }

    Optional<Hash> at(long revision) {
        return hashes.get().stream().filter(hash -> hash.revision() == revision).findFirst();
    }

    List<Hash> all() {
        return hashes.get();
    }
}
