package io.tenon.api.kv;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.util.List;

/**
 * The answer to a range.
 *
 * @param kvs   encoded KeyValue messages, ready to be written with a tag and a length; mostly slices of stored bytes
 * @param more  true when the limit cut the result
 * @param count keys in the range, whatever limit and filters say
 */
public record RangeResult(ResponseHeader header, List<ByteString> kvs, boolean more, long count) {
}
