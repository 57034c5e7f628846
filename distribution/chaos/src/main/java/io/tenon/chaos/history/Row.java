package io.tenon.chaos.history;

import io.tenon.wire.mvccpb.KeyValue;

/**
 * A key's content as a server tells it.
 *
 * @param lease that the key hangs on, 0 for none
 */
public record Row(String value, long created, long modified, long version, long lease) {

    public static Row of(KeyValue kv) {
        return new Row(kv.getValue().toStringUtf8(), kv.getCreateRevision(), kv.getModRevision(), kv.getVersion(), kv.getLease());
    }
}
