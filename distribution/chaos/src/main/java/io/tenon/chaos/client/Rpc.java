package io.tenon.chaos.client;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import io.tenon.wire.etcdserverpb.DefragmentRequest;
import io.tenon.wire.etcdserverpb.DefragmentResponse;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeResponse;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.MemberAddRequest;
import io.tenon.wire.etcdserverpb.MemberAddResponse;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import io.tenon.wire.etcdserverpb.MemberPromoteRequest;
import io.tenon.wire.etcdserverpb.MemberPromoteResponse;
import io.tenon.wire.etcdserverpb.MemberRemoveRequest;
import io.tenon.wire.etcdserverpb.MemberRemoveResponse;
import io.tenon.wire.etcdserverpb.MoveLeaderRequest;
import io.tenon.wire.etcdserverpb.MoveLeaderResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.etcdserverpb.StatusRequest;
import io.tenon.wire.etcdserverpb.StatusResponse;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import io.tenon.wire.etcdserverpb.WatchRequest;
import io.tenon.wire.etcdserverpb.WatchResponse;

/** A method of etcd's services. */
public record Rpc<Q extends MessageLite, A extends MessageLite>(String method, Q request, A response) {
    public static final Rpc<PutRequest, PutResponse> PUT = of("KV/Put", PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance());
    public static final Rpc<RangeRequest, RangeResponse> RANGE = of("KV/Range", RangeRequest.getDefaultInstance(),
            RangeResponse.getDefaultInstance());
    public static final Rpc<DeleteRangeRequest, DeleteRangeResponse> DELETE = of("KV/DeleteRange", DeleteRangeRequest.getDefaultInstance(),
            DeleteRangeResponse.getDefaultInstance());
    public static final Rpc<TxnRequest, TxnResponse> TXN = of("KV/Txn", TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance());
    public static final Rpc<CompactionRequest, CompactionResponse> COMPACT = of("KV/Compact", CompactionRequest.getDefaultInstance(),
            CompactionResponse.getDefaultInstance());
    public static final Rpc<WatchRequest, WatchResponse> WATCH = of("Watch/Watch", WatchRequest.getDefaultInstance(),
            WatchResponse.getDefaultInstance());
    public static final Rpc<LeaseGrantRequest, LeaseGrantResponse> GRANT = of("Lease/LeaseGrant", LeaseGrantRequest.getDefaultInstance(),
            LeaseGrantResponse.getDefaultInstance());
    public static final Rpc<LeaseKeepAliveRequest, LeaseKeepAliveResponse> KEEP_ALIVE = of("Lease/LeaseKeepAlive",
            LeaseKeepAliveRequest.getDefaultInstance(), LeaseKeepAliveResponse.getDefaultInstance());
    public static final Rpc<StatusRequest, StatusResponse> STATUS = of("Maintenance/Status", StatusRequest.getDefaultInstance(),
            StatusResponse.getDefaultInstance());
    public static final Rpc<HashKVRequest, HashKVResponse> HASH = of("Maintenance/HashKV", HashKVRequest.getDefaultInstance(),
            HashKVResponse.getDefaultInstance());
    public static final Rpc<AlarmRequest, AlarmResponse> ALARM = of("Maintenance/Alarm", AlarmRequest.getDefaultInstance(),
            AlarmResponse.getDefaultInstance());
    public static final Rpc<DefragmentRequest, DefragmentResponse> DEFRAGMENT = of("Maintenance/Defragment",
            DefragmentRequest.getDefaultInstance(), DefragmentResponse.getDefaultInstance());
    public static final Rpc<MoveLeaderRequest, MoveLeaderResponse> MOVE_LEADER = of("Maintenance/MoveLeader",
            MoveLeaderRequest.getDefaultInstance(), MoveLeaderResponse.getDefaultInstance());
    public static final Rpc<MemberListRequest, MemberListResponse> MEMBERS = of("Cluster/MemberList", MemberListRequest.getDefaultInstance(),
            MemberListResponse.getDefaultInstance());
    public static final Rpc<MemberAddRequest, MemberAddResponse> ADD = of("Cluster/MemberAdd", MemberAddRequest.getDefaultInstance(),
            MemberAddResponse.getDefaultInstance());
    public static final Rpc<MemberRemoveRequest, MemberRemoveResponse> REMOVE = of("Cluster/MemberRemove",
            MemberRemoveRequest.getDefaultInstance(), MemberRemoveResponse.getDefaultInstance());
    public static final Rpc<MemberPromoteRequest, MemberPromoteResponse> PROMOTE = of("Cluster/MemberPromote",
            MemberPromoteRequest.getDefaultInstance(), MemberPromoteResponse.getDefaultInstance());

    private static <Q extends MessageLite, A extends MessageLite> Rpc<Q, A> of(String method, Q request, A response) {
        return new Rpc<>("etcdserverpb." + method, request, response);
    }

    MethodDescriptor<Q, A> unary() {
        return descriptor(MethodDescriptor.MethodType.UNARY);
    }

    MethodDescriptor<Q, A> stream() {
        return descriptor(MethodDescriptor.MethodType.BIDI_STREAMING);
    }

    private MethodDescriptor<Q, A> descriptor(MethodDescriptor.MethodType type) {
        return MethodDescriptor.<Q, A>newBuilder().setType(type).setFullMethodName(method)
                .setRequestMarshaller(ProtoLiteUtils.marshaller(request)).setResponseMarshaller(ProtoLiteUtils.marshaller(response)).build();
    }
}
