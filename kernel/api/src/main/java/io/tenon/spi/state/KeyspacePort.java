package io.tenon.spi.state;

import com.google.protobuf.ByteString;
import java.util.List;

/** The keyspace for other state machines. Apply loop. */
public interface KeyspacePort {

    /** The newest revision, which readers may not see yet. This method may be called by any thread. */
    long revision();

    /** Deletes these keys, in this order, in one revision; absent keys are passed over. Returns the revision after it. */
    long delete(ApplyContext context, List<ByteString> keys);
}
