package io.tenon.lease;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.wire.leasepb.Lease;
import java.nio.ByteBuffer;

/** A lease as etcd stores it: key is the id, eight bytes big-endian, value a leasepb.Lease. */
final class LeaseRow {

    private LeaseRow() {
    }

    static byte[] key(long id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    }

    static byte[] value(long id, long ttlSeconds, long remainingSeconds) {
        return Lease.newBuilder().setID(id).setTTL(ttlSeconds).setRemainingTTL(remainingSeconds).build().toByteArray();
    }

    /** @throws EngineCorruptException the row is no lease, or a longer one than can be granted */
    static Lease read(byte[] key, byte[] value) {
        try {
            Lease lease = Lease.parseFrom(value);
            if (key.length != Long.BYTES || ByteBuffer.wrap(key).getLong() != lease.getID()) {
                throw new EngineCorruptException("row of lease " + lease.getID() + " has another key");
            }
            if (lease.getTTL() > LeaseTerms.MAX_TTL_SECONDS) {
                throw new EngineCorruptException("row of lease " + lease.getID() + " has ttl " + lease.getTTL());
            }
            return lease;
        } catch (InvalidProtocolBufferException e) {
            throw new EngineCorruptException("row of bucket lease is no lease", e);
        }
    }
}
