package io.tenon.edge.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.tenon.wire.etcdserverpb.SnapshotRequest;
import io.tenon.wire.etcdserverpb.SnapshotResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnapshotTest {
    private static final long MUCH_BYTES = 64L << 20;

    private Edge edge;

    @BeforeEach
    void open() throws Exception {
        edge = new Edge(0);
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    private Iterator<SnapshotResponse> take(FakeSnapshot snapshot) {
        edge.node.snapshot = snapshot;
        return ClientCalls.blockingServerStreamingCall(edge.channel, Edge.method(MethodType.SERVER_STREAMING, "etcdserverpb.Maintenance/Snapshot",
                SnapshotRequest.getDefaultInstance(), SnapshotResponse.getDefaultInstance()), CallOptions.DEFAULT,
                SnapshotRequest.getDefaultInstance());
    }

    private static List<SnapshotResponse> all(Iterator<SnapshotResponse> responses) {
        List<SnapshotResponse> all = new ArrayList<>();
        responses.forEachRemaining(all::add);
        return all;
    }

    @Test
    void smallSnapshotIsOneMessageAndItsHash() {
        List<SnapshotResponse> messages = all(take(new FakeSnapshot(20_480)));
        assertEquals(2, messages.size());
        assertEquals(20_480, messages.getFirst().getBlob().size());
        assertEquals(0, messages.getFirst().getRemainingBytes());
        assertEquals(32, messages.getLast().getBlob().size());
        assertEquals(0, messages.getLast().getRemainingBytes());
        assertEquals("", messages.getFirst().getVersion());
    }

    @Test
    void largerOneComesInPiecesOf32KiB() throws Exception {
        int size = 3 * 32_768 + 4_096;
        FakeSnapshot snapshot = new FakeSnapshot(size);
        List<SnapshotResponse> messages = all(take(snapshot));
        assertEquals(List.of(32_768, 32_768, 32_768, 4_096, 32), messages.stream().map(message -> message.getBlob().size()).toList());
        assertEquals(List.of(size - 32_768L, size - 65_536L, 4_096L, 0L, 0L),
                messages.stream().map(SnapshotResponse::getRemainingBytes).toList());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (SnapshotResponse message : messages.subList(0, 4)) {
            message.getBlob().writeTo(bytes);
        }
        byte[] whole = bytes.toByteArray();
        for (int place = 0; place < size; place++) {
            assertEquals(FakeSnapshot.at(place), whole[place]);
        }
        assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(whole), messages.getLast().getBlob().toByteArray());
        assertTrue(snapshot.closed.await(10, TimeUnit.SECONDS));
    }

    @Test
    void engineThatGoesAwayEndsTheStreamWithoutAHash() throws Exception {
        FakeSnapshot snapshot = new FakeSnapshot(MUCH_BYTES);
        snapshot.failsAtBytes = 100_000;
        Iterator<SnapshotResponse> responses = take(snapshot);
        StatusRuntimeException ended = assertThrows(StatusRuntimeException.class, () -> all(responses));
        assertEquals(Status.Code.UNKNOWN, ended.getStatus().getCode());
        assertEquals("the storage engine went away", ended.getStatus().getDescription());
        assertTrue(snapshot.closed.await(10, TimeUnit.SECONDS));
    }

    @Test
    void clientThatLeavesEndsTheReading() throws Exception {
        FakeSnapshot snapshot = new FakeSnapshot(MUCH_BYTES);
        edge.node.snapshot = snapshot;
        ClientCall<SnapshotRequest, SnapshotResponse> call = edge.channel.newCall(Edge.method(MethodType.SERVER_STREAMING,
                "etcdserverpb.Maintenance/Snapshot", SnapshotRequest.getDefaultInstance(), SnapshotResponse.getDefaultInstance()), CallOptions.DEFAULT);
        CountDownLatch received = new CountDownLatch(3);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(SnapshotResponse message) {
                received.countDown();
            }
        }, new Metadata());
        call.request(3);
        call.sendMessage(SnapshotRequest.getDefaultInstance());
        call.halfClose();
        assertTrue(received.await(10, TimeUnit.SECONDS));
        assertEquals(1, snapshot.closed.getCount(), "most of it is not sent to a client that does not read");
        call.cancel("enough", null);
        assertTrue(snapshot.closed.await(10, TimeUnit.SECONDS), "the view is let go of");
        assertTrue(snapshot.writtenBytes.get() < MUCH_BYTES / 2, snapshot.writtenBytes + " bytes were read for it");
    }

    @Test
    void readerWaitsWhileItsPiecesAreNotSent() throws Exception {
        BlockingQueue<SnapshotResponse> waiting = new LinkedBlockingQueue<>();
        SnapshotPieces pieces = new SnapshotPieces("3.6.0", waiting::add);
        CompletableFuture<Exception> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                pieces.begin(MUCH_BYTES);
                new FakeSnapshot(MUCH_BYTES).writeTo(pieces);
                end.completeExceptionally(new AssertionError("it did not wait"));
            } catch (IOException cancelled) {
                end.complete(cancelled);
            }
        });
        for (int piece = 0; piece < SnapshotPieces.MOST_UNSENT; piece++) {
            assertEquals("3.6.0", waiting.poll(10, TimeUnit.SECONDS).getVersion());
        }
        pieces.sent(3);
        for (int piece = 0; piece < 3; piece++) {
            assertEquals(SnapshotPieces.PIECE_BYTES, waiting.poll(10, TimeUnit.SECONDS).getBlob().size());
        }
        pieces.cancel();
        assertEquals("the client has gone", end.get(10, TimeUnit.SECONDS).getMessage());
        assertTrue(waiting.isEmpty());
    }
}
