package io.tenon.runtime.apply;

import io.tenon.api.consensus.LogMark;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.Rows;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.function.LongFunction;

/** The context of the entry that is being applied; one object, set anew for each entry. */
final class EntryContext implements ApplyContext {
    private final StorageCoordinator storage;
    private final Ports ports;
    private final LongFunction<ResponseHeader> headers;
    private LogMark mark = LogMark.ZERO;
    private boolean answered;
    private long nowNanos;

    EntryContext(StorageCoordinator storage, Ports ports, LongFunction<ResponseHeader> headers) {
        this.storage = storage;
        this.ports = ports;
        this.headers = headers;
    }

    EntryContext at(LogMark entryMark, long entryNanos) {
        mark = entryMark;
        nowNanos = entryNanos;
        answered = false;
        return this;
    }

    EntryContext awaited() {
        answered = true;
        return this;
    }

    @Override
    public LogMark mark() {
        return mark;
    }

    @Override
    public void put(Bucket bucket, byte[] key, byte[] value) {
        storage.put(bucket, key, value);
    }

    @Override
    public void delete(Bucket bucket, byte[] key) {
        storage.delete(bucket, key);
    }

    @Override
    public Rows rows() {
        return storage.rows();
    }

    @Override
    public ResponseHeader header(long revision) {
        return headers.apply(revision);
    }

    @Override
    public boolean answered() {
        return answered;
    }

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    @Override
    public Ports ports() {
        return ports;
    }
}
