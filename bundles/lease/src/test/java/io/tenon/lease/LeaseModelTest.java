package io.tenon.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.testkit.state.MemoryTables;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.LeaseCheckpoint;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories against an obvious model: no lease ends early, each ends soon after its time, keys follow their lease, and what a new
 * leader or a restarted member counts is what was logged.
 */
class LeaseModelTest {
    private static final long SECOND = LeaseTerms.SECOND_NANOS;
    private static final long ELECTION = SECOND;
    private static final long INTERVAL = 10 * SECOND;
    /** A look each 500 ms, a tick each 100 ms, and a revocation at once. */
    private static final long SLACK = 700_000_000;
    private static final int IDS = 12;

    /** What of checkpoints is on. */
    enum Checkpoints {
        OFF, IN_MEMORY, PERSISTED;

        LeaseTerms terms() {
            return new LeaseTerms(2, ELECTION, this == OFF ? LeaseTerms.NO_CHECKPOINTS : INTERVAL, this == PERSISTED);
        }
    }

    /** A lease as anybody would count it. {@code endNanos} means something only while the member leads. */
    private static final class Counted {
        long ttl;
        long remaining;
        long endNanos;
        long checkpointedNanos;
        final TreeSet<ByteString> keys = new TreeSet<>(ByteString.unsignedLexicographicalComparator());
    }

    private final Map<Long, Counted> model = new HashMap<>();
    private Checkpoints mode;
    private Random random;
    private LeaseNode node;
    private boolean leads;
    private int seen;

    @ParameterizedTest
    @EnumSource
    void historiesKeepEveryPromise(Checkpoints checkpoints) {
        mode = checkpoints;
        for (int seed = 0; seed < 150; seed++) {
            random = new Random(seed);
            model.clear();
            node = new LeaseNode(mode.terms(), new MemoryTables(), new TestKeyspace());
            leads = false;
            seen = 0;
            for (int step = 0; step < 250; step++) {
                step();
                check(seed + "/" + step);
            }
        }
    }

    private void step() {
        long id = 1 + random.nextInt(IDS);
        switch (random.nextInt(20)) {
            case 0, 1 -> grant(id);
            case 2 -> revoke(id);
            case 3, 4, 5 -> keepAlive(id);
            case 6, 7, 8 -> put(id);
            case 9 -> takeOff();
            case 10 -> lead(true);
            case 11 -> lead(random.nextInt(3) != 0);
            case 12 -> {
                if (random.nextInt(4) == 0) {
                    restart();
                }
            }
            case 13 -> {
                if (random.nextInt(4) == 0) {
                    replaceBundle();
                }
            }
            default -> node.pass(Duration.ofMillis(random.nextInt(4000)));
        }
    }

    private void grant(long id) {
        if (model.containsKey(id)) {
            return;
        }
        Counted lease = new Counted();
        lease.ttl = node.grant(id, random.nextInt(60)).answer().getTTL();
        start(lease, lease.ttl * SECOND);
        model.put(id, lease);
    }

    private void revoke(long id) {
        boolean there = model.containsKey(id);
        var reply = node.revoke(id);
        if (there) {
            reply.answer();
            model.remove(id);
        } else {
            reply.refusal();
        }
    }

    private void keepAlive(long id) {
        var reply = node.keepAlive(id);
        Counted lease = model.get(id);
        if (!leads) {
            assertFalse(reply.done(), "another member is asked");
        } else if (lease == null) {
            assertEquals(0, reply.answer().getTTL());
        } else if (lease.endNanos - now() > 0) {
            assertEquals(lease.ttl, reply.answer().getTTL());
            lease.remaining = 0;
            start(lease, lease.ttl * SECOND);
        }
    }

    private void put(long id) {
        if (model.containsKey(id)) {
            ByteString key = randomKey();
            node.put(key.toStringUtf8(), id);
            model.values().forEach(lease -> lease.keys.remove(key));
            model.get(id).keys.add(key);
        }
    }

    private void takeOff() {
        ByteString key = randomKey();
        node.machine.detach(key);
        node.keyspace.leaseOfKey.remove(key);
        model.values().forEach(lease -> lease.keys.remove(key));
    }

    private void lead(boolean now) {
        node.node.leadershipChanged(now);
        if (now && !leads) {
            leads = true;
            model.values().forEach(lease -> start(lease, (lease.remaining > 0 ? lease.remaining : lease.ttl) * SECOND + ELECTION));
        }
        leads = now;
    }

    private void restart() {
        node = node.restarted(mode.terms());
        seen = 0;
        leads = false;
        if (mode != Checkpoints.PERSISTED) {
            model.values().forEach(lease -> lease.remaining = 0);
        }
    }

    private void replaceBundle() {
        node = node.replaced(mode.terms());
        seen = 0;
        node.node.leadershipChanged(leads);
        model.values().forEach(lease -> lease.checkpointedNanos = now());
    }

    private void check(String where) {
        readCheckpoints(where);
        for (Iterator<Map.Entry<Long, Counted>> leases = model.entrySet().iterator(); leases.hasNext();) {
            Map.Entry<Long, Counted> entry = leases.next();
            Counted lease = entry.getValue();
            if (node.machine.exists(entry.getKey())) {
                checkAlive(where, entry.getKey(), lease);
            } else {
                assertTrue(leads && now() - lease.endNanos >= 0, where + ": lease " + entry.getKey() + " ended early");
                lease.keys.forEach(key -> assertTrue(!node.keyspace.leaseOfKey.containsKey(key), where + ": key outlived its lease"));
                leases.remove();
            }
        }
        assertEquals(model.size(), node.leases().answer().getLeasesCount(), where);
        assertEquals(model.size(), node.rows(), where);
    }

    private void checkAlive(String where, long id, Counted lease) {
        assertTrue(!leads || now() - lease.endNanos < SLACK, where + ": lease " + id + " outlived its end");
        if (leads) {
            var answer = node.timeToLive(id).answer();
            assertEquals((lease.endNanos - now()) / SECOND, answer.getTTL(), where);
            assertEquals(lease.ttl, answer.getGrantedTTL(), where);
            assertEquals(lease.keys.stream().toList(), answer.getKeysList(), where);
            boolean forgotten = mode != Checkpoints.OFF && now() - lease.checkpointedNanos > INTERVAL + SLACK + SECOND
                    && lease.endNanos - lease.checkpointedNanos > INTERVAL;
            assertTrue(!forgotten, where + ": no checkpoint of lease " + id);
        }
        lease.keys.forEach(key -> assertEquals(id, node.machine.leaseOf(key), where));
    }

    /** Takes over what the leader logged meanwhile, and checks that it was right when it was logged. */
    private void readCheckpoints(String where) {
        for (; seen < node.proposals.proposed.size(); seen++) {
            InternalRaftRequest request = node.proposals.proposed.get(seen);
            for (LeaseCheckpoint checkpoint : request.getLeaseCheckpoint().getCheckpointsList()) {
                Counted lease = model.get(checkpoint.getID());
                if (lease == null || checkpoint.getRemainingTTL() == 0) {
                    continue;
                }
                long at = lease.endNanos - checkpoint.getRemainingTTL() * SECOND;
                assertTrue(at - now() <= 0, where + ": checkpoint leaves too little");
                assertTrue(now() - at < 6 * SECOND, where + ": checkpoint leaves too much");
                lease.remaining = checkpoint.getRemainingTTL();
                lease.checkpointedNanos = Math.max(at, lease.checkpointedNanos);
            }
        }
    }

    private void start(Counted lease, long nanos) {
        lease.endNanos = now() + nanos;
        lease.checkpointedNanos = now();
    }

    private long now() {
        return node.node.nowNanos();
    }

    private ByteString randomKey() {
        return ByteString.copyFromUtf8("k" + random.nextInt(30));
    }
}
