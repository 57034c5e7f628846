package io.tenon.blackbox;

import static io.grpc.Status.Code.INTERNAL;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.OUT_OF_RANGE;
import static io.grpc.Status.Code.RESOURCE_EXHAUSTED;
import static io.grpc.Status.Code.UNIMPLEMENTED;
import static io.tenon.blackbox.EtcdClient.bytes;
import static io.tenon.blackbox.EtcdClient.putOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.grpc.Status;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.CompactionRequest;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import io.tenon.wire.etcdserverpb.TxnResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are refused, each with etcd's words, and a server that goes on serving. */
class BadInputIT {
    private static final String COMPACTED = "etcdserver: mvcc: required revision has been compacted";
    private static final String FUTURE = "etcdserver: mvcc: required revision is a future revision";
    private static final String NO_KEY = "etcdserver: key is not provided";
    private static final int MAX_MESSAGE_BYTES = 2_097_152;

    @TempDir
    private static Path directory;
    private static TenonServer server;
    private static EtcdClient client;

    @BeforeAll
    static void start() {
        server = TenonServer.start(directory.resolve("node.etcd"));
        client = new EtcdClient(server);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @AfterEach
    void stillServes() throws Exception {
        client.assertServed();
    }

    @Test
    void messageBeyondTheLimitOfMessages() {
        int overhead = putOf("big", zeros(2_000_000)).getSerializedSize() - 2_000_000;
        PutRequest put = putOf("big", zeros(MAX_MESSAGE_BYTES + 1 - overhead));
        assertEquals(MAX_MESSAGE_BYTES + 1, put.getSerializedSize());
        client.refused(RESOURCE_EXHAUSTED, "grpc: received message larger than max (2097153 vs. 2097152)", "KV/Put", put);
        PutRequest larger = putOf("big", zeros(10_000_000));
        client.refused(RESOURCE_EXHAUSTED, "grpc: received message larger than max (" + larger.getSerializedSize() + " vs. 2097152)",
                "KV/Put", larger);
    }

    @Test
    void requestBeyondTheLimitOfTheLog() {
        client.refused(INVALID_ARGUMENT, "etcdserver: request is too large", "KV/Put", putOf("big", zeros(1_572_864)));
        client.ok("KV/Put", putOf("big", zeros(1_572_664)));
    }

    @Test
    void tooManyOperations() {
        String text = "etcdserver: too many operations in txn request";
        client.ok("KV/Txn", puts(128).build());
        client.refused(INVALID_ARGUMENT, text, "KV/Txn", puts(129).build());
        TxnRequest.Builder compares = TxnRequest.newBuilder();
        for (int number = 0; number < 129; number++) {
            compares.addCompare(Compare.newBuilder().setKey(bytes("k")));
        }
        client.refused(INVALID_ARGUMENT, text, "KV/Txn", compares.build());
        client.ok("KV/Txn", puts(100).addFailure(RequestOp.newBuilder().setRequestTxn(puts(28))).build());
        client.refused(INVALID_ARGUMENT, text, "KV/Txn", puts(100).addFailure(RequestOp.newBuilder().setRequestTxn(puts(29))).build());
    }

    @Test
    void transactionsInsideOfTransactionsAsDeepAsTheLimitOfOperations() throws Exception {
        assertTrue(TxnResponse.parseFrom(client.ok("KV/Txn", nested(40))).getSucceeded());
        for (int depth : new int[] {100, 127}) {
            RawCalls.Outcome outcome = client.call("KV/Txn", nested(depth));
            assertTrue(outcome.status().isOk(), depth + ": " + outcome.status());
        }
        client.refused(INVALID_ARGUMENT, "etcdserver: too many operations in txn request", "KV/Txn", nested(128));
        Status endless = client.call("KV/Txn", nested(20_000)).status();
        assertFalse(endless.isOk());
    }

    @Test
    void deepTransactionIsReadFromTheLogAgain() throws Exception {
        try (TenonServer other = TenonServer.start(directory.resolve("deep.etcd"))) {
            try (EtcdClient writer = new EtcdClient(other)) {
                writer.ok("KV/Txn", nested(127));
            }
            other.kill();
            other.start();
            try (EtcdClient reader = new EtcdClient(other)) {
                assertEquals(1, reader.get("many/0").getCount());
            }
        }
    }

    @Test
    void keyThatATransactionTouchesTwice() {
        String text = "etcdserver: duplicate key given in txn request";
        RequestOp put = RequestOp.newBuilder().setRequestPut(putOf("twice", zeros(1))).build();
        client.refused(INVALID_ARGUMENT, text, "KV/Txn", TxnRequest.newBuilder().addSuccess(put).addSuccess(put).build());
        RequestOp delete = RequestOp.newBuilder().setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(bytes("t"))
                .setRangeEnd(bytes("u"))).build();
        client.refused(INVALID_ARGUMENT, text, "KV/Txn", TxnRequest.newBuilder().addFailure(delete).addFailure(put).build());
        client.ok("KV/Txn", TxnRequest.newBuilder().addSuccess(put).addFailure(put).build());
        client.ok("KV/Txn", TxnRequest.newBuilder().addSuccess(delete).addSuccess(delete).build());
    }

    @Test
    void emptyKeys() {
        client.refused(INVALID_ARGUMENT, NO_KEY, "KV/Put", PutRequest.getDefaultInstance());
        client.refused(INVALID_ARGUMENT, NO_KEY, "KV/Range", RangeRequest.getDefaultInstance());
        client.refused(INVALID_ARGUMENT, NO_KEY, "KV/DeleteRange", DeleteRangeRequest.getDefaultInstance());
        client.refused(INVALID_ARGUMENT, NO_KEY, "KV/Txn", TxnRequest.newBuilder().addCompare(Compare.getDefaultInstance()).build());
        client.refused(INVALID_ARGUMENT, NO_KEY, "KV/Txn", TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(PutRequest.getDefaultInstance())).build());
        client.refused(INVALID_ARGUMENT, "etcdserver: key not found", "KV/Txn",
                TxnRequest.newBuilder().addSuccess(RequestOp.getDefaultInstance()).build());
        client.ok("KV/Txn", TxnRequest.getDefaultInstance());
    }

    @Test
    void rangesThatHoldNothing() throws Exception {
        client.putOk("span/b", zeros(1));
        RangeRequest upsideDown = RangeRequest.newBuilder().setKey(bytes("span/z")).setRangeEnd(bytes("span/a")).build();
        assertEquals(0, RangeResponse.parseFrom(client.ok("KV/Range", upsideDown)).getCount());
        client.ok("KV/DeleteRange", DeleteRangeRequest.newBuilder().setKey(bytes("span/z")).setRangeEnd(bytes("span/a")).build());
        assertEquals(1, client.get("span/b").getCount());
    }

    @Test
    void limitsBeyondReason() throws Exception {
        client.putOk("limit/a", zeros(1));
        for (long limit : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, Integer.MAX_VALUE, 1L << 32}) {
            RangeRequest range = RangeRequest.newBuilder().setKey(bytes("limit/")).setRangeEnd(bytes("limit0")).setLimit(limit).build();
            assertEquals(1, RangeResponse.parseFrom(client.ok("KV/Range", range)).getKvsCount(), "limit " + limit);
            assertEquals(1, RangeResponse.parseFrom(client.ok("KV/Range", range.toBuilder().setSortOrder(RangeRequest.SortOrder.DESCEND)
                    .setSortTarget(RangeRequest.SortTarget.VALUE).setMinModRevision(1).build())).getKvsCount(), "limit " + limit);
        }
    }

    @Test
    void revisionsThatAreNotThere() throws Exception {
        client.putOk("rev", zeros(1));
        long revision = client.putOk("rev", zeros(2));
        client.compact(revision);
        RangeRequest.Builder range = RangeRequest.newBuilder().setKey(bytes("rev"));
        client.refused(OUT_OF_RANGE, COMPACTED, "KV/Range", range.setRevision(revision - 1).build());
        client.refused(OUT_OF_RANGE, FUTURE, "KV/Range", range.setRevision(Long.MAX_VALUE).build());
        client.ok("KV/Range", range.setRevision(Long.MIN_VALUE).build());
        TxnRequest txn = puts(1).addSuccess(RequestOp.newBuilder().setRequestRange(range.setRevision(revision + 100))).build();
        client.refused(OUT_OF_RANGE, FUTURE, "KV/Txn", txn);
        client.refused(OUT_OF_RANGE, COMPACTED, "KV/Compact", CompactionRequest.newBuilder().setRevision(revision).build());
        client.refused(OUT_OF_RANGE, COMPACTED, "KV/Compact", CompactionRequest.newBuilder().setRevision(-1).build());
        client.refused(OUT_OF_RANGE, FUTURE, "KV/Compact", CompactionRequest.newBuilder().setRevision(Long.MAX_VALUE).build());
        client.refused(OUT_OF_RANGE, FUTURE, "Maintenance/HashKV", HashKVRequest.newBuilder().setRevision(Long.MAX_VALUE).build());
        client.refused(OUT_OF_RANGE, COMPACTED, "Maintenance/HashKV", HashKVRequest.newBuilder().setRevision(revision - 1).build());
    }

    @Test
    void leasesThatAreNotThere() throws Exception {
        String text = "etcdserver: requested lease not found";
        client.refused(NOT_FOUND, text, "KV/Put", putOf("leased", zeros(1)).toBuilder().setLease(404).build());
        client.refused(NOT_FOUND, text, "Lease/LeaseRevoke", LeaseRevokeRequest.newBuilder().setID(404).build());
        byte[] left = client.ok("Lease/LeaseTimeToLive", LeaseTimeToLiveRequest.newBuilder().setID(404).build());
        assertEquals(-1, LeaseTimeToLiveResponse.parseFrom(left).getTTL());
        client.refused(OUT_OF_RANGE, "etcdserver: too large lease TTL", "Lease/LeaseGrant",
                LeaseGrantRequest.newBuilder().setTTL(9_000_000_001L).build());
        client.ok("Lease/LeaseGrant", LeaseGrantRequest.newBuilder().setTTL(Long.MIN_VALUE).setID(Long.MIN_VALUE).build());
        client.refused(INVALID_ARGUMENT, "etcdserver: lease is provided", "KV/Put",
                putOf("leased", zeros(1)).toBuilder().setLease(404).setIgnoreLease(true).build());
        client.refused(INVALID_ARGUMENT, "etcdserver: value is provided", "KV/Put",
                putOf("leased", zeros(1)).toBuilder().setIgnoreValue(true).build());
        client.refused(INVALID_ARGUMENT, "etcdserver: key not found", "KV/Put",
                putOf("never", ByteString.EMPTY).toBuilder().setIgnoreValue(true).build());
    }

    @Test
    void enumsFromTheFuture() {
        RangeRequest range = RangeRequest.newBuilder().setKey(bytes("e")).build();
        client.refused(INVALID_ARGUMENT, "etcdserver: invalid sort option", "KV/Range", range.toBuilder().setSortTargetValue(9).build());
        client.ok("KV/Range", range.toBuilder().setSortOrderValue(9).build());
        client.refused(INVALID_ARGUMENT, "etcdserver: invalid sort option", "KV/Txn", TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestRange(range.toBuilder().setSortTargetValue(-1))).build());
        client.ok("KV/Txn", puts(1).addCompare(Compare.newBuilder().setKey(bytes("e")).setResultValue(77)).build());
        client.ok("KV/Txn", puts(1).addCompare(Compare.newBuilder().setKey(bytes("e")).setTargetValue(77)).build());
        assertFalse(client.call("Maintenance/Alarm", AlarmRequest.newBuilder().setActionValue(7).build()).status().isOk());
        client.ok("Maintenance/Alarm", AlarmRequest.newBuilder().setAlarmValue(7).build());
    }

    @Test
    void bytesThatAreNoMessage() throws Exception {
        Status unary = client.calls().unary("etcdserverpb.KV/Put", new byte[] {(byte) 0xff, 1, 2}).status();
        assertEquals(INTERNAL, unary.getCode());
        assertTrue(unary.getDescription().startsWith("grpc: error unmarshalling request: "), unary.getDescription());
        for (String method : new String[] {"Watch/Watch", "Lease/LeaseKeepAlive"}) {
            RawCalls.Stream stream = client.calls().stream("etcdserverpb." + method);
            stream.send(new byte[] {(byte) 0xff, 1, 2});
            assertEquals(INTERNAL, stream.end().getCode(), method);
            assertTrue(stream.end().getDescription().startsWith("grpc: failed to unmarshal the received message: "), method);
        }
    }

    @Test
    void methodsNobodyHas() {
        Status method = client.calls().unary("etcdserverpb.KV/Nothing", new byte[0]).status();
        assertEquals("unknown method Nothing for service etcdserverpb.KV", method.getDescription());
        assertEquals(UNIMPLEMENTED, method.getCode());
        Status service = client.calls().unary("no.Service/Nothing", Empty.getDefaultInstance().toByteArray()).status();
        assertEquals("unknown service no.Service", service.getDescription());
        assertEquals(UNIMPLEMENTED, service.getCode());
    }

    private static ByteString zeros(int count) {
        return ByteString.copyFrom(new byte[count]);
    }

    /** So many puts in one branch. */
    private static TxnRequest.Builder puts(int count) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int number = 0; number < count; number++) {
            txn.addSuccess(RequestOp.newBuilder().setRequestPut(putOf("many/" + number, zeros(1))));
        }
        return txn;
    }

    /** A put inside of so many transactions, each in the one before; built from inside as bytes, for no stack is deep enough else. */
    private static TxnRequest nested(int depth) {
        TxnRequest txn = puts(1).build();
        if (depth <= 200) {
            for (int level = 0; level < depth; level++) {
                txn = TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestTxn(txn)).build();
            }
            return txn;
        }
        ByteString inner = txn.toByteString();
        for (int level = 0; level < depth; level++) {
            inner = field(2, field(4, inner));
        }
        return TxnRequest.newBuilder().setUnknownFields(com.google.protobuf.UnknownFieldSet.newBuilder().addField(2,
                com.google.protobuf.UnknownFieldSet.Field.newBuilder().addLengthDelimited(field(4, inner)).build()).build()).build();
    }

    private static ByteString field(int number, ByteString content) {
        var field = com.google.protobuf.UnknownFieldSet.Field.newBuilder().addLengthDelimited(content).build();
        return com.google.protobuf.UnknownFieldSet.newBuilder().addField(number, field).build().toByteString();
    }
}
