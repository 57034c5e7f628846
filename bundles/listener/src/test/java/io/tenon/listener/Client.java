package io.tenon.listener;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Calls of the test service {@code test.Bytes}: messages are bytes. */
final class Client {
    static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", MethodType.UNARY);
    static final MethodDescriptor<byte[], byte[]> STREAM = method("Stream", MethodType.BIDI_STREAMING);

    private Client() {
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder().setType(type).setFullMethodName("test.Bytes/" + name)
                .setRequestMarshaller(new RawBytes()).setResponseMarshaller(new RawBytes()).build();
    }

    static byte[] echo(ManagedChannel channel, byte[] request) {
        return ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), request);
    }

    /** Opens a stream that the server keeps open; the result is how it ended. */
    static CompletableFuture<Status> openStream(ManagedChannel channel, CompletableFuture<Void> answered) {
        var ended = new CompletableFuture<Status>();
        ClientCall<byte[], byte[]> call = channel.newCall(STREAM, CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                answered.complete(null);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                ended.complete(status);
            }
        }, new Metadata());
        call.request(10);
        call.sendMessage(new byte[] {1});
        return ended;
    }

    /** Echo answers what it gets once its gate opens; Stream answers every message and never ends. */
    static BindableService service(Supplier<CompletableFuture<Void>> gate) {
        return () -> ServerServiceDefinition.builder("test.Bytes")
                .addMethod(ECHO, (call, headers) -> {
                    call.request(1);
                    return new ServerCall.Listener<>() {
                        @Override
                        public void onMessage(byte[] message) {
                            gate.get().thenRun(() -> answer(call, message));
                        }
                    };
                })
                .addMethod(STREAM, (call, headers) -> {
                    call.request(100);
                    call.sendHeaders(new Metadata());
                    return new ServerCall.Listener<>() {
                        @Override
                        public void onMessage(byte[] message) {
                            call.sendMessage(message);
                        }
                    };
                })
                .build();
    }

    private static void answer(ServerCall<byte[], byte[]> call, byte[] message) {
        call.sendHeaders(new Metadata());
        call.sendMessage(message);
        call.close(Status.OK, new Metadata());
    }

    /** Messages as they are on the wire. */
    private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
