package io.tenon.lease;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Keys that have nothing but a lease; a revision for each change. */
final class TestKeyspace implements StateMachine, KeyspacePort {
    final Map<ByteString, Long> leaseOfKey = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    /** The keys of each deletion that changed something, in their order. */
    final List<List<String>> deletions = new ArrayList<>();
    private long revision = 1;

    TestKeyspace copy() {
        TestKeyspace copy = new TestKeyspace();
        copy.leaseOfKey.putAll(leaseOfKey);
        copy.revision = revision;
        return copy;
    }

    void put(Ports ports, ByteString key, long lease) {
        leaseOfKey.put(key, lease);
        ports.leases().attach(lease, key);
        revision++;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public long delete(ApplyContext context, List<ByteString> keys) {
        List<ByteString> present = keys.stream().filter(leaseOfKey::containsKey).toList();
        present.forEach(key -> {
            leaseOfKey.remove(key);
            context.ports().leases().detach(key);
        });
        if (!present.isEmpty()) {
            deletions.add(present.stream().map(ByteString::toStringUtf8).toList());
            revision++;
        }
        return revision;
    }

    @Override
    public void restore(EngineView view, Ports ports) {
        leaseOfKey.forEach((key, lease) -> ports.leases().attach(lease, key));
    }

    @Override
    public String id() {
        return "mvcc";
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public Set<RequestKind> kinds() {
        return Set.of();
    }

    @Override
    public Set<Bucket> buckets() {
        return Set.of();
    }

    @Override
    public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        throw new IllegalStateException("no kind is applied here");
    }
}
