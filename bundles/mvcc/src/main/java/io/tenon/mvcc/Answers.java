package io.tenon.mvcc;

import io.tenon.wire.etcdserverpb.DeleteRangeResponse;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.List;
import java.util.Optional;

/** Response messages, where messages are needed. */
final class Answers {

    private Answers() {
    }

    /** The header of an answer inside of a transaction: a revision alone. */
    static ResponseHeader inner(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }

    static PutResponse put(ResponseHeader header, Optional<KeyValue> before) {
        PutResponse.Builder response = PutResponse.newBuilder().setHeader(header);
        before.ifPresent(response::setPrevKv);
        return response.build();
    }

    static DeleteRangeResponse delete(ResponseHeader header, long deleted, List<KeyValue> before) {
        return DeleteRangeResponse.newBuilder().setHeader(header).setDeleted(deleted).addAllPrevKvs(before).build();
    }

    static RangeResponse range(ResponseHeader header, Ranges.Found found) {
        RangeResponse.Builder response = RangeResponse.newBuilder().setHeader(header).setMore(found.more()).setCount(found.count());
        found.kvs().forEach(kv -> response.addKvs(StoredKeyValue.message(kv)));
        return response.build();
    }
}
