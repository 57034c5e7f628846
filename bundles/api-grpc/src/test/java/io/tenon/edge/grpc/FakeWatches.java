package io.tenon.edge.grpc;

import io.tenon.api.CallContext;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import io.tenon.api.watch.WatchStream;
import io.tenon.api.watch.Watches;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A watch engine that sends what the test gives it. */
final class FakeWatches implements Watches {
    static final ResponseHeader HEADER = ResponseHeader.newBuilder().setClusterId(11).setMemberId(22).setRevision(5).setRaftTerm(2).build();

    final BlockingQueue<FakeStream> opened = new LinkedBlockingQueue<>();

    @Override
    public WatchStream open(CallContext context, WatchSink sink) {
        var stream = new FakeStream(sink);
        opened.add(stream);
        return stream;
    }

    /** One stream of watchers. */
    static final class FakeStream implements WatchStream {
        final WatchSink sink;
        final Semaphore writable = new Semaphore(0);
        final CountDownLatch closed = new CountDownLatch(1);
        volatile boolean fragments;

        FakeStream(WatchSink sink) {
            this.sink = sink;
        }

        boolean send(WatchReply.Kind kind, List<com.google.protobuf.ByteString> events) {
            return sink.send(new WatchReply(HEADER, 0, kind, 0, "", events, fragments));
        }

        /** Whether the stream becomes writable without anybody reading; a wrong no only ends a test's loop early. */
        boolean hasRoomSoon() throws InterruptedException {
            return writable.tryAcquire(300, TimeUnit.MILLISECONDS);
        }

        @Override
        public void create(WatchCreateRequest request) {
            fragments = request.getFragment();
            send(WatchReply.Kind.CREATED, List.of());
        }

        @Override
        public void cancel(WatchCancelRequest request) {
            send(WatchReply.Kind.CANCELED, List.of());
        }

        @Override
        public void requestProgress() {
            sink.send(new WatchReply(HEADER, -1, WatchReply.Kind.PROGRESS, 0, "", List.of(), false));
        }

        @Override
        public void writable() {
            writable.release();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
