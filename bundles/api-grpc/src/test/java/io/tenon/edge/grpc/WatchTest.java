package io.tenon.edge.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.tenon.api.Refusals;
import io.tenon.api.watch.WatchReply;
import io.tenon.wire.etcdserverpb.StatusRequest;
import io.tenon.wire.etcdserverpb.StatusResponse;
import io.tenon.wire.etcdserverpb.WatchCancelRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchProgressRequest;
import io.tenon.wire.etcdserverpb.WatchRequest;
import io.tenon.wire.etcdserverpb.WatchResponse;
import io.tenon.wire.mvccpb.Event;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchTest {
    private static final WatchRequest CREATE =
            WatchRequest.newBuilder().setCreateRequest(WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8("a"))).build();

    private Edge edge;
    private ClientCall<WatchRequest, WatchResponse> call;
    private final Listening<WatchResponse> client = new Listening<>();

    @BeforeEach
    void open() throws Exception {
        edge = new Edge(0);
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    /** Opens the stream and reads as much as comes. */
    private FakeWatches.FakeStream watch(WatchRequest request, Metadata headers) throws InterruptedException {
        call = edge.stream("etcdserverpb.Watch/Watch", WatchRequest.getDefaultInstance(), WatchResponse.getDefaultInstance());
        call.start(client, headers);
        call.request(Integer.MAX_VALUE);
        call.sendMessage(request);
        var stream = edge.watches.opened.poll(10, TimeUnit.SECONDS);
        assertTrue(client.next().getCreated());
        return stream;
    }

    private FakeWatches.FakeStream watch() throws InterruptedException {
        return watch(CREATE, new Metadata());
    }

    private static ByteString event(int valueBytes) {
        return Event.newBuilder().setKv(KeyValue.newBuilder().setKey(ByteString.copyFromUtf8("a"))
                .setValue(ByteString.copyFrom(new byte[valueBytes])).setModRevision(5)).build().toByteString();
    }

    @Test
    void eventsArriveAsTheyWereEncoded() throws Exception {
        var stream = watch();
        assertTrue(stream.send(WatchReply.Kind.EVENTS, List.of(event(3), event(4))));
        var response = client.next();
        assertEquals(FakeWatches.HEADER, response.getHeader());
        assertEquals(2, response.getEventsCount());
        assertEquals(4, response.getEvents(1).getKv().getValue().size());
        assertFalse(response.getFragment());
    }

    @Test
    void requestsReachTheStreamAndEmptyOnesAreIgnored() throws Exception {
        watch();
        call.sendMessage(WatchRequest.getDefaultInstance());
        call.sendMessage(WatchRequest.newBuilder().setProgressRequest(WatchProgressRequest.getDefaultInstance()).build());
        assertEquals(-1, client.next().getWatchId());
        call.sendMessage(WatchRequest.newBuilder().setCancelRequest(WatchCancelRequest.getDefaultInstance()).build());
        assertTrue(client.next().getCanceled());
    }

    @Test
    void everyFieldOfARefusalIsWritten() throws Exception {
        var stream = watch();
        stream.sink.send(new WatchReply(FakeWatches.HEADER, -1, WatchReply.Kind.REFUSED, 9, "because", List.of(), false));
        assertEquals(WatchResponse.newBuilder().setHeader(FakeWatches.HEADER).setWatchId(-1).setCreated(true).setCanceled(true)
                .setCompactRevision(9).setCancelReason("because").build(), client.next());
    }

    @Test
    void halfCloseDoesNotEndTheStream() throws Exception {
        var stream = watch();
        call.halfClose();
        assertTrue(client.isOpen());
        stream.send(WatchReply.Kind.EVENTS, List.of(event(1)));
        assertEquals(1, client.next().getEventsCount());
    }

    @Test
    void theStreamIsClosedWhenTheClientLeaves() throws Exception {
        var stream = watch();
        call.cancel("gone", null);
        assertTrue(stream.closed.await(10, TimeUnit.SECONDS));
        assertTrue(stream.send(WatchReply.Kind.EVENTS, List.of(event(1))), "a late response goes nowhere, quietly");
    }

    @Test
    void theEngineEndsTheStreamWithItsRefusal() throws Exception {
        var stream = watch();
        stream.sink.end(Refusals.WATCH_CANCELED);
        assertEquals("CANCELLED: etcdserver: watch canceled", client.end());
        assertTrue(stream.closed.await(10, TimeUnit.SECONDS));
    }

    @Test
    void aServiceThatGoesEndsItsStreamsAfterTheLastResponse() throws Exception {
        var stream = watch();
        stream.send(WatchReply.Kind.EVENTS, List.of(event(1)));
        edge.ports.removeService(edge.services.get(2));
        assertEquals(1, client.next().getEventsCount());
        assertEquals("UNAVAILABLE: etcdserver: server stopped", client.end());
        assertTrue(stream.closed.await(10, TimeUnit.SECONDS));
    }

    @Test
    void aSlowReaderStopsTheEngineAndReadingWakesIt() throws Exception {
        call = edge.stream("etcdserverpb.Watch/Watch", WatchRequest.getDefaultInstance(), WatchResponse.getDefaultInstance());
        call.start(client, new Metadata());
        call.request(1);
        call.sendMessage(CREATE);
        client.next();
        var stream = edge.watches.opened.poll(10, TimeUnit.SECONDS);
        int sent = 0;
        do {
            assertTrue(++sent < 1000, "a client that does not read is never felt");
        } while (stream.send(WatchReply.Kind.EVENTS, List.of(event(100_000))) ? hasSent() : stream.hasRoomSoon());
        call.request(Integer.MAX_VALUE);
        assertTrue(stream.writable.tryAcquire(10, TimeUnit.SECONDS), "reading makes room");
        for (int i = 0; i < sent; i++) {
            client.next();
        }
    }

    /** Waits for an answer that comes home after the response, so that what is sent next meets a transport that knows of it. */
    private boolean hasSent() {
        edge.call("etcdserverpb.Maintenance/Status", StatusRequest.getDefaultInstance(), StatusResponse.getDefaultInstance());
        return true;
    }

    @Test
    void aLargeResponseIsCutWhereTheWatcherAllowsIt() throws Exception {
        var create = WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")).setFragment(true);
        var stream = watch(WatchRequest.newBuilder().setCreateRequest(create).build(), new Metadata());
        stream.send(WatchReply.Kind.EVENTS, Collections.nCopies(3, event(900_000)));
        var first = client.next();
        var last = client.next();
        assertEquals("2 true, 1 false", first.getEventsCount() + " " + first.getFragment() + ", " + last.getEventsCount() + " "
                + last.getFragment());
        assertEquals(first.getHeader(), last.getHeader());
        stream.send(WatchReply.Kind.EVENTS, List.of(event(2_500_000)));
        assertFalse(client.next().getFragment(), "a single event is never cut");
    }

    @Test
    void aLargeResponseIsWholeWhereFragmentsWereNotAskedFor() throws Exception {
        watch().send(WatchReply.Kind.EVENTS, Collections.nCopies(3, event(900_000)));
        assertEquals(3, client.next().getEventsCount());
    }

    @Test
    void aStreamThatRequiresALeaderEndsWhenThereIsNoneForLong() throws Exception {
        var headers = new Metadata();
        headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        watch(CREATE, headers);
        assertTrue(client.isOpen());
        edge.node.leaderKnown = false;
        assertEquals("UNAVAILABLE: etcdserver: no leader", client.end());
    }

    @Test
    void aStreamThatDoesNotRequireALeaderOutlivesIt() throws Exception {
        var stream = watch();
        edge.node.leaderKnown = false;
        assertTrue(client.isOpen());
        stream.send(WatchReply.Kind.EVENTS, List.of(event(1)));
        client.next();
    }
}
