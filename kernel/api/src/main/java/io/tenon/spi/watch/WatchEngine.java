package io.tenon.spi.watch;

import io.tenon.api.watch.WatchSink;
import io.tenon.spi.state.Handover;
import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The watch engine. Streams are known by the kernel's number, so that they outlive an engine: the kernel keeps the sinks and gives
 * them to the next one. Any thread, one at a time per stream; nothing blocks.
 */
@ProviderType
public interface WatchEngine {

    void open(long stream, WatchSink sink);

    void create(long stream, WatchCreateRequest request);

    void cancel(long stream, WatchCancelRequest request);

    void requestProgress(long stream);

    void writable(long stream);

    void close(long stream);

    /**
     * Stops sending and gives every watcher with its cursor (the revision it needs next) and what is not answered yet. When this returns
     * no sink is called any more.
     */
    Optional<Handover> handOver();

    /** Goes on where an older version stopped, without a gap or a repetition. Called before any other method. */
    void takeOver(Handover handover, Map<Long, WatchSink> sinks);
}
