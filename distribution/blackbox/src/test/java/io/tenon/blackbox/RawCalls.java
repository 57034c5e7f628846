package io.tenon.blackbox;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** gRPC calls of bytes: what is sent and what comes is compared to the byte. */
public final class RawCalls implements AutoCloseable {
    private static final long CALL_SECONDS = 30;
    private final ManagedChannel channel;

    public RawCalls(TenonServer server) {
        this(server.endpoint());
    }

    /** @param endpoint HOST:PORT */
    public RawCalls(String endpoint) {
        channel = NettyChannelBuilder.forTarget(endpoint).usePlaintext().maxInboundMessageSize(Integer.MAX_VALUE).build();
    }

    /** How a call ended, and the messages that came. */
    public record Outcome(Status status, List<byte[]> messages) {
    }

    /** @param method full name with or without a leading slash */
    public Outcome unary(String method, byte[] request) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        List<byte[]> messages = new ArrayList<>();
        ClientCall<byte[], byte[]> call = channel.newCall(descriptor(method, MethodDescriptor.MethodType.UNARY), CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                messages.add(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                outcome.complete(new Outcome(status, messages));
            }
        }, new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
        try {
            return outcome.get(CALL_SECONDS, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(method + " was not answered: " + failure, failure);
        }
    }

    /** A call whose end is awaited later; its messages are dropped. */
    public Pending begin(String method, byte[] request) {
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call = channel.newCall(descriptor(method, MethodDescriptor.MethodType.UNARY), CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
                end.complete(status);
            }
        }, new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
        return new Pending(end);
    }

    /** A call that may not have ended yet. */
    public record Pending(CompletableFuture<Status> status) {

        public Status end() throws Exception {
            return status.get(CALL_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Opens a stream. */
    public Stream stream(String method) {
        Stream stream = deafStream(method);
        stream.listen();
        return stream;
    }

    /** Opens a stream that takes no message from the server until it is told to listen. */
    public Stream deafStream(String method) {
        return new Stream(channel.newCall(descriptor(method, MethodDescriptor.MethodType.BIDI_STREAMING), CallOptions.DEFAULT));
    }

    /** One bidirectional stream. */
    public static final class Stream {
        private final ClientCall<byte[], byte[]> call;
        private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();

        private Stream(ClientCall<byte[], byte[]> call) {
            this.call = call;
            call.start(new ClientCall.Listener<>() {
                @Override
                public void onMessage(byte[] message) {
                    messages.add(message);
                    call.request(1);
                }

                @Override
                public void onClose(Status status, Metadata trailers) {
                    end.complete(status);
                }
            }, new Metadata());
        }

        /** Takes messages from now on. */
        public void listen() {
            call.request(1);
        }

        public void send(byte[] message) {
            call.sendMessage(message);
        }

        public void halfClose() {
            call.halfClose();
        }

        public void cancel() {
            call.cancel("test is over", null);
        }

        /** The next message. */
        public byte[] next() throws InterruptedException {
            byte[] message = messages.poll(CALL_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no message within " + CALL_SECONDS + " s" + (end.isDone() ? ", stream ended " + end.join() : ""));
            }
            return message;
        }

        /** Messages that are there and come within this time. */
        public List<byte[]> within(long millis) throws InterruptedException {
            List<byte[]> got = new ArrayList<>();
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            for (byte[] message = messages.poll(millis, TimeUnit.MILLISECONDS); message != null;
                    message = messages.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                got.add(message);
            }
            return got;
        }

        public Status end() throws Exception {
            return end.get(CALL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static MethodDescriptor<byte[], byte[]> descriptor(String method, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder().setType(type).setFullMethodName(method.replaceFirst("^/", ""))
                .setRequestMarshaller(Bytes.INSTANCE).setResponseMarshaller(Bytes.INSTANCE).build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
        INSTANCE;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try (stream) {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
