package io.tenon.bench;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** gRPC methods whose messages are bytes: what is sent was encoded before, what comes is parsed only where it is needed. */
final class Methods {

    private Methods() {
    }

    static MethodDescriptor<byte[], byte[]> unary(String service, String method) {
        return method(service, method, MethodDescriptor.MethodType.UNARY);
    }

    static MethodDescriptor<byte[], byte[]> stream(String service, String method) {
        return method(service, method, MethodDescriptor.MethodType.BIDI_STREAMING);
    }

    private static MethodDescriptor<byte[], byte[]> method(String service, String method, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder().setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method))
                .setRequestMarshaller(Bytes.INSTANCE).setResponseMarshaller(Bytes.INSTANCE).build();
    }

    private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
        INSTANCE;

        @Override
        public InputStream stream(byte[] value) {
            return new KnownBytes(value);
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

    private static final class KnownBytes extends ByteArrayInputStream implements KnownLength {
        KnownBytes(byte[] bytes) {
            super(bytes);
        }
    }
}
