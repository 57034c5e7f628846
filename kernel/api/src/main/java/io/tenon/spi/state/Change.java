package io.tenon.spi.state;

import com.google.protobuf.ByteString;

/**
 * One change of one key.
 *
 * @param kv      the encoded KeyValue as a watcher gets it (of a deletion: key and mod_revision)
 * @param created true when the key had no value before, so there is no previous value to look for
 */
public record Change(Type type, ByteString key, ByteString kv, boolean created) {

    /** Numbers are mvccpb's ordinals. */
    public enum Type { PUT, DELETE }
}
