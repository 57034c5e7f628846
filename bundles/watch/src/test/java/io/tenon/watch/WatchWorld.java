package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import io.tenon.testkit.HandLoopHost;
import io.tenon.testkit.state.HandWorkers;
import io.tenon.watch.FakeKeyspace.Op;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** A watch engine over a keyspace, both stepped by hand. */
final class WatchWorld {
    static final Duration PROGRESS_INTERVAL = Duration.ofMinutes(10);
    final FakeKeyspace keyspace = new FakeKeyspace();
    final HandLoopHost loops = new HandLoopHost();
    final HandWorkers workers = new HandWorkers();
    private final HeaderProposals proposals;
    private final int mostLogged;
    private WatchComponent engine;
    private long lastStream;

    WatchWorld() {
        this(ResponseHeader.newBuilder().setClusterId(1).setMemberId(2).setRaftTerm(3).build(), 1 << 10);
    }

    /** @param mostLogged revisions the event log keeps */
    WatchWorld(ResponseHeader ids, int mostLogged) {
        proposals = new HeaderProposals(ids);
        this.mostLogged = mostLogged;
        engine = newEngine();
    }

    WatchComponent newEngine() {
        EventLog log = new EventLog(mostLogged, 1 << 24);
        Replies replies = new Replies(proposals);
        ProgressTimer timer = new ProgressTimer(replies, PROGRESS_INTERVAL, 7);
        return new WatchComponent(log, new WatchShard(new PastReader(log, keyspace, new Background(workers)), replies, timer), loops);
    }

    WatchComponent engine() {
        return engine;
    }

    void engine(WatchComponent next) {
        engine = next;
    }

    long open(WatchSink sink) {
        engine.open(++lastStream, sink);
        return lastStream;
    }

    void create(long stream, String key, UnaryOperator<WatchCreateRequest.Builder> more) {
        engine.create(stream, more.apply(WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(key))).build());
    }

    void cancel(long stream, long id) {
        engine.cancel(stream, WatchCancelRequest.newBuilder().setWatchId(id).build());
    }

    /** Applies one revision that readers do not see yet. */
    void commit(Op... ops) {
        keyspace.commit(List.of(ops)).ifPresent(revision -> engine.changed(revision.revision(), revision.changes()));
    }

    void publish() {
        keyspace.publish();
        engine.published(keyspace.visible());
    }

    void put(String key, String value) {
        commit(Op.put(key, value));
        publish();
    }

    void delete(String key) {
        commit(Op.delete(key));
        publish();
    }

    /** Loops and workers work until there is nothing to do. */
    void settle() {
        do {
            loops.stepUntilIdle();
            workers.runAll();
        } while (loops.step() > 0 || workers.waiting() > 0);
    }

    /** The message an edge makes of a reply. */
    static WatchResponse response(WatchReply reply) {
        WatchResponse.Builder response = WatchResponse.newBuilder().setHeader(reply.header()).setWatchId(reply.watchId())
                .setCompactRevision(reply.compactRevision()).setCancelReason(reply.cancelReason());
        switch (reply.kind()) {
            case CREATED -> response.setCreated(true);
            case REFUSED -> response.setCreated(true).setCanceled(true);
            case CANCELED -> response.setCanceled(true);
            case EVENTS, PROGRESS -> { }
        }
        for (ByteString event : reply.events()) {
            try {
                response.addEvents(io.tenon.wire.mvccpb.Event.parseFrom(event));
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new AssertionError("event " + event, e);
            }
        }
        return response.build();
    }
}
