package io.tenon.spi.state;

import com.google.protobuf.ByteString;
import java.util.Collection;

/** Leases for other state machines. Apply loop. */
public interface LeasePort {

    boolean exists(long leaseId);

    /** The lease a key is attached to, 0 for none. One hash lookup, and none when no key is attached at all. */
    long leaseOf(ByteString key);

    /** The keys of a lease in byte order; none of a lease that does not exist. */
    Collection<ByteString> keysOf(long leaseId);

    /** Attaches a key to a lease that exists, and takes it off its former one; lease 0 only takes it off. */
    void attach(long leaseId, ByteString key);

    /** Takes a deleted key off its lease, if it has one. */
    void detach(ByteString key);
}
