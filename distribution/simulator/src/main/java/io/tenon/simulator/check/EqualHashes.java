package io.tenon.simulator.check;

import io.tenon.simulator.Violation;
import java.util.HashMap;
import java.util.Map;

/**
 * Members that have the same revision and the same compaction have the same HashKV. Source: etcd's corruption check. Not so when no key is left at
 * the revision: etcd's hash, and so ours, then counts what a compaction has not removed yet, and members remove at their own pace.
 */
public final class EqualHashes {
    private final History history;
    private final Map<State, Integer> known = new HashMap<>();

    private record State(long revision, long compactRevision) {
    }

    public EqualHashes(History history) {
        this.history = history;
    }

    public void hashed(long member, long revision, long compactRevision, int hash) {
        if (history.model().isEmpty(revision)) {
            return;
        }
        int first = known.computeIfAbsent(new State(revision, compactRevision), state -> hash);
        if (first != hash) {
            throw new Violation("EqualHashes", "member %x has hash %d at revision %d (compacted at %d), where another had %d".formatted(member,
                    Integer.toUnsignedLong(hash), revision, compactRevision, Integer.toUnsignedLong(first)));
        }
    }
}
