package io.tenon.runtime.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachinesTest {
    private final Machines machines = new Machines();

    @Test
    void revisionIsKnownWhileTheKeyspaceIsReplaced() {
        Machine old = new Machine("mvcc", 7);
        machines.add(old);
        machines.remove(old);
        assertEquals(7, machines.keyspace().revision());
        machines.add(new Machine("mvcc", 9));
        assertEquals(9, machines.keyspace().revision());
    }

    @Test
    void nothingIsDeletedWhileTheKeyspaceIsReplaced() {
        Machine old = new Machine("mvcc", 7);
        machines.add(old);
        machines.remove(old);
        assertThrows(IllegalStateException.class, () -> machines.keyspace().delete(null, List.of()));
    }

    @Test
    void machineIsRestoredAfterThoseItTellsOf() {
        Machine mvcc = new Machine("mvcc", 1);
        machines.add(new Machine("cluster", 1));
        machines.add(new Machine("v2store", 1));
        assertFalse(machines.hasAllBefore(mvcc));
        machines.add(new Machine("lease", 1));
        machines.add(new Machine("auth", 1));
        assertTrue(machines.hasAllBefore(mvcc));
        assertTrue(machines.hasAllBefore(new Machine("extra", 1)), "a machine that is not required waits for nobody");
    }

    /** Stands at a revision and does nothing. */
    private record Machine(String id, long revision) implements StateMachine, KeyspacePort {

        @Override
        public int order() {
            return 0;
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
        public void restore(EngineView view, Ports ports) {
            throw new IllegalStateException("not restored here");
        }

        @Override
        public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
            throw new IllegalStateException("nothing is applied here");
        }

        @Override
        public long delete(ApplyContext context, List<ByteString> keys) {
            throw new IllegalStateException("nothing is deleted here");
        }
    }
}
