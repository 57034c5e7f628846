package io.tenon.edge.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.tenon.api.Refusals;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KeepAliveTest {
    private Edge edge;
    private ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call;
    private final Listening<LeaseKeepAliveResponse> client = new Listening<>();

    @BeforeEach
    void open() throws Exception {
        edge = new Edge(0);
        call = edge.stream("etcdserverpb.Lease/LeaseKeepAlive", LeaseKeepAliveRequest.getDefaultInstance(),
                LeaseKeepAliveResponse.getDefaultInstance());
        call.start(client, new Metadata());
        call.request(Integer.MAX_VALUE);
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    private void keepAlive(long id) {
        call.sendMessage(LeaseKeepAliveRequest.newBuilder().setID(id).build());
    }

    private List<FakeLeases.Pending> pending(int count) throws InterruptedException {
        var all = new ArrayList<FakeLeases.Pending>();
        for (int i = 0; i < count; i++) {
            all.add(edge.leases.pending.poll(10, TimeUnit.SECONDS));
        }
        return all;
    }

    @Test
    void answersLeaveInTheOrderOfTheRequests() throws Exception {
        edge.leases.held = true;
        for (int id = 1; id <= 5; id++) {
            keepAlive(id);
        }
        pending(5).reversed().forEach(FakeLeases.Pending::answer);
        for (int id = 1; id <= 5; id++) {
            assertEquals(id, client.next().getID());
        }
    }

    @Test
    void manyMorePassThanMayWaitAtOnce() throws Exception {
        for (int id = 1; id <= 1000; id++) {
            keepAlive(id);
        }
        for (int id = 1; id <= 1000; id++) {
            assertEquals(id, client.next().getID());
        }
    }

    @Test
    void halfCloseEndsTheStreamAfterTheLastAnswer() throws Exception {
        edge.leases.held = true;
        keepAlive(1);
        call.halfClose();
        var waiting = pending(1);
        assertTrue(client.isOpen());
        waiting.getFirst().answer();
        assertEquals(60, client.next().getTTL());
        assertEquals("OK: null", client.end());
    }

    @Test
    void halfCloseOfAnEmptyStreamEndsIt() throws Exception {
        call.halfClose();
        assertEquals("OK: null", client.end());
    }

    @Test
    void aRefusalEndsTheStreamInItsPlace() throws Exception {
        edge.leases.held = true;
        keepAlive(1);
        keepAlive(2);
        var waiting = pending(2);
        waiting.get(1).reply().refuse(Refusals.REQUEST_TIMED_OUT);
        assertTrue(client.isOpen());
        waiting.get(0).answer();
        assertEquals(1, client.next().getID());
        assertEquals("UNAVAILABLE: etcdserver: request timed out", client.end());
    }

    @Test
    void aLateAnswerToALeftStreamGoesNowhere() throws Exception {
        edge.leases.held = true;
        keepAlive(1);
        var waiting = pending(1);
        call.cancel("gone", null);
        assertEquals("CANCELLED: gone", client.end());
        waiting.getFirst().answer();
        edge.leases.held = false;
        var other = new Listening<LeaseKeepAliveResponse>();
        call = edge.stream("etcdserverpb.Lease/LeaseKeepAlive", LeaseKeepAliveRequest.getDefaultInstance(),
                LeaseKeepAliveResponse.getDefaultInstance());
        call.start(other, new Metadata());
        call.request(1);
        keepAlive(2);
        assertEquals(2, other.next().getID());
    }
}
