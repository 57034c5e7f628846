package io.tenon.api.watch;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.List;

/**
 * One WatchResponse. Responses over the size limit are cut by the edge when the watcher asked for fragments.
 *
 * @param events          encoded Event messages; the same bytes serve every watcher of a change
 * @param fragmentAllowed the watcher asked for fragments
 * @param compactRevision not 0 when the watcher is cancelled because its revision was compacted
 */
public record WatchReply(ResponseHeader header, long watchId, Kind kind, long compactRevision, String cancelReason,
                         List<ByteString> events, boolean fragmentAllowed) {

    /** What a response says; {@link #REFUSED} is created and cancelled at once. */
    public enum Kind { EVENTS, CREATED, CANCELED, REFUSED, PROGRESS }
}
