package io.tenon.mvcc;

import io.tenon.api.Refusals;
import io.tenon.mvcc.index.IndexView;
import io.tenon.mvcc.index.KeyVersion;
import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The keyspace at one instant: an index and the rows it points to. What readers get is immutable; the apply loop makes one for itself over
 * the index it is changing.
 *
 * @param revision        the newest
 * @param compactRevision -1 when nothing was compacted
 */
record MvccView(IndexView index, Rows rows, long revision, long compactRevision) {

    /** The revision that a request with this number reads at. */
    long readRevision(long requested) {
        long at = requested <= 0 ? revision : requested;
        if (at > revision) {
            throw Refusals.FUTURE_REVISION.asException();
        }
        if (at < compactRevision) {
            throw Refusals.COMPACTED.asException();
        }
        return at;
    }

    /** Keys of a span that had a value at a revision. */
    long count(Span span, long atRevision) {
        if (span.isKey()) {
            return index.find(span.from(), atRevision, new KeyVersion()) ? 1 : 0;
        }
        return index.count(span.from(), span.to(), atRevision);
    }

    void scan(Span span, long atRevision, IndexView.Visitor visitor) {
        if (!span.isKey()) {
            index.scan(span.from(), span.to(), atRevision, visitor);
            return;
        }
        KeyVersion found = new KeyVersion();
        if (index.find(span.from(), atRevision, found)) {
            visitor.key(found);
        }
    }

    /** The stored bytes of a key at a revision; empty when it had no value. */
    Optional<byte[]> stored(byte[] key, long atRevision) {
        KeyVersion found = new KeyVersion();
        return index.find(key, atRevision, found) ? Optional.of(row(found.main(), found.sub())) : Optional.empty();
    }

    /** The row of a put that the index knows. */
    byte[] row(long main, long sub) {
        Optional<byte[]> row = rows.get(Bucket.KEY, RowKeys.put(main, sub));
        return row.orElseThrow(() -> missing(main, sub));
    }

    private MissingRowException missing(long main, long sub) {
        return new MissingRowException("row of revision " + main + "/" + sub + " of " + keyOf(main, sub) + " is missing; compacted up to "
                + compactRevision + ", newest " + revision);
    }

    /** Names the key of a revision, slowly; for messages. */
    private String keyOf(long main, long sub) {
        String[] name = {"an unknown key"};
        index.scan(new byte[0], new byte[0], main, found -> {
            boolean it = found.main() == main && found.sub() == sub;
            if (it) {
                name[0] = "key '" + new String(found.key(), StandardCharsets.ISO_8859_1) + "'";
            }
            return !it;
        });
        return name[0];
    }
}
