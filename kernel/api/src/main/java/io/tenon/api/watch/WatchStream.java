package io.tenon.api.watch;

import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;

/** One client's stream of watchers. Called by one thread at a time, in the order of the client's requests; nothing blocks. */
public interface WatchStream extends AutoCloseable {

    void create(WatchCreateRequest request);

    void cancel(WatchCancelRequest request);

    void requestProgress();

    /** The sink can take more again after it answered {@link WatchSink#send} with false. */
    void writable();

    /** The client is gone; nothing is sent after this returned and the sink's current call ended. Idempotent. */
    @Override
    void close();
}
