package io.tenon.testkit.state;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.LeasePort;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Leases that exist because the test says so. */
public final class FakeLeases implements LeasePort {
    private final Set<Long> granted = new HashSet<>();
    private final Map<ByteString, Long> attached = new HashMap<>();

    public void grant(long leaseId) {
        granted.add(leaseId);
    }

    @Override
    public Set<ByteString> keysOf(long leaseId) {
        Set<ByteString> keys = new TreeSet<>(ByteString.unsignedLexicographicalComparator());
        attached.forEach((key, lease) -> {
            if (lease == leaseId) {
                keys.add(key);
            }
        });
        return keys;
    }

    @Override
    public boolean exists(long leaseId) {
        return granted.contains(leaseId);
    }

    @Override
    public long leaseOf(ByteString key) {
        return attached.getOrDefault(key, 0L);
    }

    @Override
    public void attach(long leaseId, ByteString key) {
        if (leaseId == 0) {
            attached.remove(key);
            return;
        }
        if (!exists(leaseId)) {
            throw new IllegalStateException("key attached to lease " + leaseId + " that does not exist");
        }
        attached.put(key, leaseId);
    }

    @Override
    public void detach(ByteString key) {
        attached.remove(key);
    }
}
