package io.tenon.edge.grpc;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The client's end of a stream: what came, and how it ended. */
final class Listening<A> extends ClientCall.Listener<A> {
    private final BlockingQueue<A> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();

    @Override
    public void onMessage(A message) {
        received.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        ended.complete(status);
    }

    /** The next message; waits for it. */
    A next() throws InterruptedException {
        A message = received.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("nothing came; ended: " + ended.getNow(null));
        }
        return message;
    }

    /** How the stream ended; waits for it. */
    String end() throws Exception {
        Status status = ended.get(10, TimeUnit.SECONDS);
        return status.getCode() + ": " + status.getDescription();
    }

    boolean isOpen() throws Exception {
        try {
            ended.get(50, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        }
    }

    int waiting() {
        return received.size();
    }
}
