package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import java.util.concurrent.atomic.AtomicLong;

/** A client that says what it expects in one line. */
final class EtcdClient implements AutoCloseable {
    static final ByteString ZERO = ByteString.copyFrom(new byte[1]);
    private static final AtomicLong PROBES = new AtomicLong();
    private final TenonServer server;
    private final RawCalls calls;

    EtcdClient(TenonServer server) {
        this.server = server;
        this.calls = new RawCalls(server);
    }

    RawCalls calls() {
        return calls;
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static PutRequest putOf(String key, ByteString value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(value).build();
    }

    RawCalls.Outcome put(String key, ByteString value) {
        return call("KV/Put", putOf(key, value));
    }

    /** Puts and answers the revision. */
    long putOk(String key, ByteString value) throws Exception {
        return PutResponse.parseFrom(ok("KV/Put", putOf(key, value))).getHeader().getRevision();
    }

    RangeResponse get(String key) throws Exception {
        return RangeResponse.parseFrom(ok("KV/Range", RangeRequest.newBuilder().setKey(bytes(key)).build()));
    }

    void compact(long revision) {
        ok("KV/Compact", CompactionRequest.newBuilder().setRevision(revision).setPhysical(true).build());
    }

    /** @param method without the package of etcd's services */
    RawCalls.Outcome call(String method, MessageLite request) {
        return calls.unary("etcdserverpb." + method, request.toByteArray());
    }

    byte[] ok(String method, MessageLite request) {
        RawCalls.Outcome outcome = call(method, request);
        assertTrue(outcome.status().isOk(), method + ": " + outcome.status());
        return outcome.messages().getFirst();
    }

    void refused(Status.Code code, String text, String method, MessageLite request) {
        Status status = call(method, request).status();
        assertEquals(code + ": " + text, status.getCode() + ": " + status.getDescription(), method);
    }

    /** The server lives, writes and reads. */
    void assertServed() throws Exception {
        assertTrue(server.isAlive(), () -> "the server has ended:\n" + server.log());
        String key = "probe/" + PROBES.incrementAndGet();
        putOk(key, bytes(key));
        assertEquals(bytes(key), get(key).getKvs(0).getValue());
    }

    @Override
    public void close() {
        calls.close();
    }
}
