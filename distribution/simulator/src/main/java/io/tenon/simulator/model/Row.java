package io.tenon.simulator.model;

import com.google.protobuf.ByteString;
import io.tenon.wire.mvccpb.KeyValue;

/**
 * One version of a key.
 *
 * @param deleted true when the key has no value from this revision on; then value, version and lease say nothing
 */
public record Row(ByteString key, long modRevision, boolean deleted, ByteString value, long createRevision, long version, long lease) {

    static Row deletion(ByteString key, long revision) {
        return new Row(key, revision, true, ByteString.EMPTY, 0, 0, 0);
    }

    public KeyValue toKeyValue() {
        return KeyValue.newBuilder().setKey(key).setValue(value).setCreateRevision(createRevision).setModRevision(modRevision).setVersion(version)
                .setLease(lease).build();
    }
}
