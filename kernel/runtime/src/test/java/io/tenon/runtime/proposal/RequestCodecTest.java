package io.tenon.runtime.proposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.tenon.api.config.Compat;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.LeaseRevokeRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.Request;
import io.tenon.wire.etcdserverpb.RequestHeader;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCodecTest {
    /** Put foo=1 as a member of 3.5 logged it. */
    private static final String RECORDED_PUT = "22080a03666f6f120131a2060a0884c4c1c4b8c0e8a669";
    /** PUT /0/version as a member of 3.5 logged it. */
    private static final String RECORDED_VERSION =
            "0882c4c1c4b8c0e8a66912035055541a0a2f302f76657273696f6e2205332e352e302800320038004800500058006000680070007800800100";

    private final RequestCodec codec = new RequestCodec(Compat.V3_5);

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    @Test
    void putIsLoggedAsEtcdLogsIt() {
        long id = RequestCodec.idOf(bytes(RECORDED_PUT));
        PutRequest put = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("foo")).setValue(ByteString.copyFromUtf8("1")).build();
        assertEquals(bytes(RECORDED_PUT), codec.encode(InternalRaftRequest.newBuilder().setPut(put).build(), id));
    }

    @Test
    void headerNamesTheUserOfARequestThatHasOne() {
        InternalRaftRequest revoke = InternalRaftRequest.newBuilder().setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(7))
                .setHeader(RequestHeader.newBuilder().setUsername("root").setAuthRevision(4)).build();
        ByteString logged = codec.encode(revoke, 9);
        assertEquals(9, RequestCodec.idOf(logged));
        assertEquals(revoke.toBuilder().setHeader(revoke.getHeader().toBuilder().setID(9)).build(), RequestCodec.parse(logged));
    }

    @Test
    void v2RequestIsLoggedRawAsEtcd35LogsIt() {
        Request version = Request.newBuilder().setMethod("PUT").setPath("/0/version").setVal("3.5.0").build();
        long id = RequestCodec.idOf(bytes(RECORDED_VERSION));
        assertEquals(bytes(RECORDED_VERSION), codec.encode(InternalRaftRequest.newBuilder().setV2(version).build(), id));
    }

    @Test
    void rawV2RequestIsNotTakenForAnInternalRequest() {
        InternalRaftRequest parsed = RequestCodec.parse(bytes(RECORDED_VERSION));
        assertEquals("PUT", parsed.getV2().getMethod());
        assertEquals("/0/version", parsed.getV2().getPath());
        assertEquals("3.5.0", parsed.getV2().getVal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "POST", "DELETE", "QGET", "SYNC", "HEAD"})
    void everyMethodIsRecognised(String method) {
        Request request = Request.newBuilder().setID(7).setMethod(method).setPath("/1/a").build();
        assertEquals(request, RequestCodec.parse(request.toByteString()).getV2());
    }

    @Test
    void idIsFoundBehindAnyBody() {
        InternalRaftRequest request = InternalRaftRequest.newBuilder()
                .setPut(PutRequest.newBuilder().setValue(ByteString.copyFrom(new byte[300_000]))).build();
        assertEquals(42, RequestCodec.idOf(codec.encode(request, 42)));
        assertEquals(-7, RequestCodec.idOf(codec.encode(request, -7)));
    }

    @Test
    void garbageIsNoRequest() {
        ByteString garbage = bytes("ffffffffff");
        assertEquals(0, RequestCodec.idOf(garbage));
        assertThrows(IllegalStateException.class, () -> RequestCodec.parse(garbage));
    }

    @Test
    void transactionsInsideOfTransactionsAreReadBack() {
        TxnRequest txn = TxnRequest.getDefaultInstance();
        for (int level = 0; level < 250; level++) {
            txn = TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestTxn(txn)).build();
        }
        assertEquals(txn, RequestCodec.parse(codec.encode(InternalRaftRequest.newBuilder().setTxn(txn).build(), 1)).getTxn());
    }
}
