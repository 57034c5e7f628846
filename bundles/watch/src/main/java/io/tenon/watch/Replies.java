package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.proposal.Proposals;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchReply.Kind;
import io.tenon.watch.WatcherSpec.Trait;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.List;

/** Makes responses as etcd fills them (reference/grpc-behaviour.md, section 4). */
final class Replies {
    static final String COMPACTED = Refusals.COMPACTED.text();
    static final String EMPTY_RANGE = "mvcc: watcher range is empty";
    static final String DUPLICATE_ID = "mvcc: duplicate watch ID provided on the WatchStream";
    /** The watch id of an answer that is about no watcher. */
    private static final long NO_WATCHER = -1;
    private final Proposals proposals;

    Replies(Proposals proposals) {
        this.proposals = proposals;
    }

    ResponseHeader header(long revision) {
        return proposals.header(revision);
    }

    WatchReply created(long id, long current) {
        return plain(id, Kind.CREATED, header(current));
    }

    WatchReply canceled(long id, long current) {
        return plain(id, Kind.CANCELED, header(current));
    }

    WatchReply refused(String reason, long current) {
        return new WatchReply(header(current), NO_WATCHER, Kind.REFUSED, 0, reason, List.of(), false);
    }

    /** The header of this one has no revision, and there is no reason. */
    WatchReply compacted(long id, long compactRevision) {
        return new WatchReply(header(0), id, Kind.CANCELED, compactRevision, "", List.of(), false);
    }

    WatchReply progress(long id, long revision) {
        return plain(id, Kind.PROGRESS, header(revision));
    }

    /** The answer to a progress request is about all watchers of the stream. */
    WatchReply progressOfAll(long revision) {
        return progress(NO_WATCHER, revision);
    }

    static WatchReply events(Watcher watcher, ResponseHeader header, List<ByteString> events) {
        WatcherSpec spec = watcher.spec();
        return new WatchReply(header, spec.id(), Kind.EVENTS, 0, "", events, spec.has(Trait.FRAGMENT));
    }

    private static WatchReply plain(long id, Kind kind, ResponseHeader header) {
        return new WatchReply(header, id, kind, 0, "", List.of(), false);
    }
}
