package io.tenon.runtime.slot;

import com.google.protobuf.ByteString;
import io.tenon.api.kv.KeyHistory;
import java.util.Optional;

/** The slot of the keyspace's past; its callers may block, so they wait here. */
final class KeyHistorySlot implements KeyHistory {
    final Parking<KeyHistory> parking = new Parking<>("the keyspace");
    private volatile long lastRevision;
    private volatile long lastCompactRevision = -1;

    /** The last known while the provider is away; called by loops too, so it does not wait. */
    @Override
    public long revision() {
        parking.provider().ifPresent(now -> lastRevision = now.revision());
        return lastRevision;
    }

    @Override
    public long compactRevision() {
        parking.provider().ifPresent(now -> lastCompactRevision = now.compactRevision());
        return lastCompactRevision;
    }

    @Override
    public Page read(long fromRevision, int mostRevisions, long mostBytes) {
        return parking.await().read(fromRevision, mostRevisions, mostBytes);
    }

    @Override
    public Optional<ByteString> valueBefore(ByteString key, long revision) {
        return parking.await().valueBefore(key, revision);
    }
}
