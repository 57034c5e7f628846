package io.tenon.mvcc;

import io.tenon.api.Reply;
import io.tenon.mvcc.index.KeyIndex;
import io.tenon.spi.state.Handover;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state between two versions of the bundle. Format {@value #FORMAT}: the index as nested arrays; revision, compact revision, finished
 * compact revision; the compaction hashes, three numbers each; and those who wait for a compaction: revision, answer, reply.
 */
record Parked(Keyspace keyspace, List<HashKv.Hash> hashes, List<Compaction.Waiter> waiters) {
    static final int FORMAT = 1;

    static Parked of(Keyspace keyspace, CompactionHashes hashes, Compaction compaction) {
        return new Parked(keyspace, hashes.all(), compaction.waiters());
    }

    Handover handover(String machine) {
        Object[] content = {
            keyspace.index().park(),
            new long[] {keyspace.revision(), keyspace.compactRevision(), keyspace.finishedCompactRevision()},
            hashes.stream().map(hash -> new long[] {hash.revision(), hash.hash(), hash.compactRevision()}).toArray(long[][]::new),
            waiters.stream().map(waiter -> new Object[] {waiter.revision(), waiter.answer(), waiter.reply()}).toArray(Object[][]::new),
        };
        return new Handover(machine, FORMAT, content);
    }

    static Optional<Parked> of(Handover handover) {
        if (handover.format() != FORMAT || !(handover.content() instanceof Object[] content)) {
            return Optional.empty();
        }
        long[] revisions = (long[]) content[1];
        Keyspace keyspace = new Keyspace(KeyIndex.unpark((Object[]) content[0]));
        keyspace.advance(revisions[0]);
        keyspace.compacted(revisions[1]);
        keyspace.compactionFinished(revisions[2]);
        List<HashKv.Hash> hashes = new ArrayList<>();
        for (long[] hash : (long[][]) content[2]) {
            hashes.add(new HashKv.Hash(hash[0], (int) hash[1], hash[2]));
        }
        List<Compaction.Waiter> waiters = new ArrayList<>();
        for (Object[] waiter : (Object[][]) content[3]) {
            waiters.add(waiter(waiter));
        }
        return Optional.of(new Parked(keyspace, hashes, waiters));
    }

    @SuppressWarnings("unchecked") // the format says so
    private static Compaction.Waiter waiter(Object[] parked) {
        return new Compaction.Waiter((Long) parked[0], (CompactionResponse) parked[1], (Reply<CompactionResponse>) parked[2]);
    }
}
