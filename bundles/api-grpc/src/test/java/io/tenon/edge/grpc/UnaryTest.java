package io.tenon.edge.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.CompactionResponse;
import io.tenon.wire.etcdserverpb.MemberListRequest;
import io.tenon.wire.etcdserverpb.MemberListResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.etcdserverpb.StatusRequest;
import io.tenon.wire.etcdserverpb.StatusResponse;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import io.tenon.wire.health.HealthCheckRequest;
import io.tenon.wire.health.HealthCheckResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UnaryTest {
    private static final String PUT = "etcdserverpb.KV/Put";
    private static final String RANGE = "etcdserverpb.KV/Range";

    private Edge edge;

    @BeforeEach
    void open() throws Exception {
        edge = new Edge(0);
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    private static PutRequest put(String key, int valueBytes) {
        return PutRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setValue(ByteString.copyFrom(new byte[valueBytes])).build();
    }

    private PutResponse put(PutRequest request) {
        return edge.call(PUT, request, PutResponse.getDefaultInstance());
    }

    private RangeResponse range(RangeRequest.Builder request) {
        return edge.call(RANGE, request.build(), RangeResponse.getDefaultInstance());
    }

    private static RangeRequest.Builder from(String key) {
        return RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key));
    }

    private Status refused(Runnable call) {
        return assertThrows(StatusRuntimeException.class, call::run).getStatus();
    }

    private void assertStatus(Status.Code code, String text, Status status) {
        assertEquals(code + ": " + text, status.getCode() + ": " + status.getDescription());
    }

    @Test
    void whatIsPutIsRead() {
        assertEquals(2, put(put("a", 3)).getHeader().getRevision());
        var found = range(from("a"));
        assertEquals(1, found.getCount());
        assertEquals("a", found.getKvs(0).getKey().toStringUtf8());
        assertEquals(3, found.getKvs(0).getValue().size());
        assertEquals(11, found.getHeader().getClusterId());
    }

    @Test
    void largeValuesPassInBothDirections() {
        for (int bytes : List.of(0, 100, 4096, 20_000, 1_500_000)) {
            put(put("large" + bytes, bytes));
            assertEquals(bytes, range(from("large" + bytes)).getKvs(0).getValue().size());
        }
        var all = range(from("large").setRangeEnd(ByteString.copyFromUtf8("largf")));
        assertEquals(5, all.getKvsCount());
        assertEquals(1_500_000, all.getKvs(2).getValue().size());
    }

    @Test
    void manyCallsAtOnceAreAllAnswered() throws Exception {
        var method = Edge.method(MethodType.UNARY, PUT, PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance());
        List<Future<PutResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            answers.add(ClientCalls.futureUnaryCall(edge.channel.newCall(method, CallOptions.DEFAULT), put("k" + i, 10)));
        }
        for (Future<PutResponse> answer : answers) {
            answer.get(20, TimeUnit.SECONDS);
        }
        assertEquals(2000, range(from("k").setRangeEnd(ByteString.copyFromUtf8("l"))).getCount());
    }

    @Test
    void refusalsKeepTheirCodeAndText() {
        assertStatus(Status.Code.INVALID_ARGUMENT, "etcdserver: key is not provided", refused(() -> put(put("", 1))));
        assertStatus(Status.Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision is a future revision",
                refused(() -> range(from("a").setRevision(99))));
        assertStatus(Status.Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted",
                refused(() -> edge.call("etcdserverpb.KV/Compact", CompactionRequest.getDefaultInstance(),
                        CompactionResponse.getDefaultInstance())));
    }

    @Test
    void aBugInAServiceIsAnAnswerAndNotTheEndOfTheConnection() {
        assertStatus(Status.Code.UNKNOWN, "a bug in the state machine", refused(() -> edge.call("etcdserverpb.KV/Txn",
                TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance())));
        put(put("still", 1));
    }

    @Test
    void whatIsNotThereIsAnsweredWithEtcdsWords() {
        assertStatus(Status.Code.UNIMPLEMENTED, "unknown method Nope for service etcdserverpb.KV",
                refused(() -> edge.call("etcdserverpb.KV/Nope", Empty.getDefaultInstance(), Empty.getDefaultInstance())));
        assertStatus(Status.Code.UNIMPLEMENTED, "unknown service etcdserverpb.Nope",
                refused(() -> edge.call("etcdserverpb.Nope/Range", Empty.getDefaultInstance(), Empty.getDefaultInstance())));
        assertStatus(Status.Code.UNIMPLEMENTED, "unknown service etcdserverpb.Auth", refused(() -> edge.call("etcdserverpb.Auth/AuthEnable", Empty.getDefaultInstance(),
                Empty.getDefaultInstance())));
    }

    @Test
    void aMalformedRequestIsRefusedAndTheConnectionLivesOn() {
        Status status = refused(() -> raw(PUT, new byte[] {0x0a, 0x7f, 1}));
        assertEquals(Status.Code.INTERNAL, status.getCode());
        assertTrue(status.getDescription().startsWith("grpc: error unmarshalling request: "), status.getDescription());
        put(put("still", 1));
    }

    @Test
    void aMessageBeyondTheLimitIsRefusedWithEtcdsWords() {
        put(put("fits", 2097152 - 50));
        int bytes = put("large", 2097152).getSerializedSize();
        assertStatus(Status.Code.RESOURCE_EXHAUSTED, "grpc: received message larger than max (" + bytes + " vs. 2097152)",
                refused(() -> put(put("large", 2097152))));
        put(put("still", 1));
    }

    @Test
    void callsThatRequireALeaderAreRefusedWithoutOne() {
        edge.node.leaderKnown = false;
        var headers = new Metadata();
        headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        var method = Edge.method(MethodType.UNARY, PUT, PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance());
        var asking = ClientInterceptors.intercept(edge.channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        assertStatus(Status.Code.UNAVAILABLE, "etcdserver: no leader",
                refused(() -> ClientCalls.blockingUnaryCall(asking, method, CallOptions.DEFAULT, put("a", 1))));
        put(put("does not ask for one", 1));
    }

    @Test
    void nothingIsServedBeforeTheClusterVersionIsKnown() {
        edge.node.version = Optional.empty();
        assertStatus(Status.Code.UNAVAILABLE, "etcdserver: not capable", refused(() -> put(put("a", 1))));
        edge.node.version = Optional.of("3.5.0");
        put(put("a", 1));
    }

    @Test
    void aLearnerServesSerializableRangesAndItsStatusAlone() {
        edge.node.learner = true;
        assertStatus(Status.Code.UNAVAILABLE, "etcdserver: rpc not supported for learner", refused(() -> put(put("a", 1))));
        assertStatus(Status.Code.UNAVAILABLE, "etcdserver: rpc not supported for learner", refused(() -> range(from("a"))));
        range(from("a").setSerializable(true));
        edge.call("etcdserverpb.Maintenance/Status", StatusRequest.getDefaultInstance(), StatusResponse.getDefaultInstance());
    }

    @Test
    void membersStatusAndHealthAreAnswered() {
        assertEquals("one", edge.call("etcdserverpb.Cluster/MemberList", MemberListRequest.getDefaultInstance(),
                MemberListResponse.getDefaultInstance()).getMembers(0).getName());
        assertEquals("3.5.30", edge.call("etcdserverpb.Maintenance/Status", StatusRequest.getDefaultInstance(),
                StatusResponse.getDefaultInstance()).getVersion());
        assertEquals(HealthCheckResponse.ServingStatus.SERVING, edge.call("grpc.health.v1.Health/Check",
                HealthCheckRequest.getDefaultInstance(), HealthCheckResponse.getDefaultInstance()).getStatus());
        assertStatus(Status.Code.NOT_FOUND, "unknown service", refused(() -> edge.call("grpc.health.v1.Health/Check",
                HealthCheckRequest.newBuilder().setService("x").build(), HealthCheckResponse.getDefaultInstance())));
    }

    @Test
    void aServiceThatGoesIsUnknownAndThePortStaysOpen() {
        var kv = edge.services.getFirst();
        put(put("a", 1));
        edge.ports.removeService(kv);
        assertStatus(Status.Code.UNIMPLEMENTED, "unknown service etcdserverpb.KV", refused(() -> put(put("a", 1))));
        edge.ports.addService(kv);
        put(put("a", 1));
    }

    private byte[] raw(String path, byte[] request) {
        var method = MethodDescriptor.<byte[], byte[]>newBuilder().setType(MethodType.UNARY).setFullMethodName(path)
                .setRequestMarshaller(new RawBytes()).setResponseMarshaller(new RawBytes()).build();
        return ClientCalls.blockingUnaryCall(edge.channel, method, CallOptions.DEFAULT, request);
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
