package io.tenon.edge.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.tenon.api.kv.RangeResult;
import io.tenon.wire.etcdserverpb.RangeResponse;
import java.io.IOException;

/** A RangeResponse written from stored KeyValues as they are. */
final class RangeOut extends Outgoing {
    private final RangeResult result;
    private final int sizeBytes;

    RangeOut(RangeResult result) {
        this.result = result;
        int size = CodedOutputStream.computeMessageSize(RangeResponse.HEADER_FIELD_NUMBER, result.header());
        for (ByteString kv : result.kvs()) {
            size += CodedOutputStream.computeBytesSize(RangeResponse.KVS_FIELD_NUMBER, kv);
        }
        size += result.more() ? CodedOutputStream.computeBoolSize(RangeResponse.MORE_FIELD_NUMBER, true) : 0;
        size += result.count() == 0 ? 0 : CodedOutputStream.computeInt64Size(RangeResponse.COUNT_FIELD_NUMBER, result.count());
        sizeBytes = size;
    }

    @Override
    int sizeBytes() {
        return sizeBytes;
    }

    @Override
    void writeTo(CodedOutputStream out) throws IOException {
        out.writeMessage(RangeResponse.HEADER_FIELD_NUMBER, result.header());
        for (ByteString kv : result.kvs()) {
            out.writeBytes(RangeResponse.KVS_FIELD_NUMBER, kv);
        }
        if (result.more()) {
            out.writeBool(RangeResponse.MORE_FIELD_NUMBER, true);
        }
        if (result.count() != 0) {
            out.writeInt64(RangeResponse.COUNT_FIELD_NUMBER, result.count());
        }
    }
}
