package io.tenon.discovery;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.tenon.wire.etcdserverpb.AuthenticateRequest;
import io.tenon.wire.etcdserverpb.AuthenticateResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;

/** The methods of etcd that discovery calls. */
final class Rpc {
    static final MethodDescriptor<RangeRequest, RangeResponse> RANGE = unary("KV/Range", RangeRequest.getDefaultInstance(),
            RangeResponse.getDefaultInstance());
    static final MethodDescriptor<PutRequest, PutResponse> PUT = unary("KV/Put", PutRequest.getDefaultInstance(),
            PutResponse.getDefaultInstance());
    static final MethodDescriptor<AuthenticateRequest, AuthenticateResponse> AUTHENTICATE = unary("Auth/Authenticate",
            AuthenticateRequest.getDefaultInstance(), AuthenticateResponse.getDefaultInstance());

    private Rpc() {
    }

    private static <Q extends MessageLite, A extends MessageLite> MethodDescriptor<Q, A> unary(String method, Q request, A response) {
        return MethodDescriptor.<Q, A>newBuilder().setType(MethodDescriptor.MethodType.UNARY).setFullMethodName("etcdserverpb." + method)
                .setRequestMarshaller(ProtoLiteUtils.marshaller(request)).setResponseMarshaller(ProtoLiteUtils.marshaller(response)).build();
    }
}
