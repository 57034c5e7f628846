package io.tenon.edge.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.InputStream;

/** Descriptors of etcd's methods. Requests stay bytes until a call parses them, so that a malformed one gets etcd's answer. */
final class Methods {

    private enum RequestBytes implements MethodDescriptor.Marshaller<InputStream> {
        MARSHALLER;

        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }
    }

    private enum Response implements MethodDescriptor.Marshaller<Outgoing> {
        MARSHALLER;

        @Override
        public InputStream stream(Outgoing value) {
            return value;
        }

        @Override
        public Outgoing parse(InputStream stream) {
            throw new UnsupportedOperationException("this side sends responses");
        }
    }

    private Methods() {
    }

    static MethodDescriptor<InputStream, Outgoing> method(MethodType type, String service, String name) {
        return MethodDescriptor.<InputStream, Outgoing>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .setRequestMarshaller(RequestBytes.MARSHALLER)
                .setResponseMarshaller(Response.MARSHALLER)
                .build();
    }
}
