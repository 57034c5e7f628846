package io.tenon.watch;

import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.List;

/** What edges ask of the loop. */
sealed interface StreamRequest {

    record Create(ClientStream stream, WatchCreateRequest request) implements StreamRequest {
    }

    record Cancel(ClientStream stream, WatchCancelRequest request) implements StreamRequest {
    }

    record Progress(ClientStream stream) implements StreamRequest {
    }

    record Writable(ClientStream stream) implements StreamRequest {
    }

    record Close(ClientStream stream) implements StreamRequest {
    }

    /** Watchers that an older engine served; nothing else came before this. */
    record Adopt(List<ParkedStream> streams) implements StreamRequest {
    }
}
