package io.tenon.chaos.load;

import io.grpc.StatusRuntimeException;
import io.tenon.chaos.client.Rpc;
import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.LeaseLife;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Takes a lease, hangs a key on it, keeps it alive for a while, lets it go, and takes the next one. One thread. */
final class LeaseClient implements Runnable {
    static final long TTL_SECONDS = 6;
    private static final long CALL_MILLIS = 1_500;
    private static final long RENEW_MILLIS = 1_000;
    private static final int MOST_RENEWALS = 20;

    private final String name;
    private final Members members;
    private final Journal journal;
    private final Consumer<LeaseLife> lives;
    private final BooleanSupplier goesOn;
    private final SplittableRandom random;
    private int taken;

    LeaseClient(String name, Members members, Journal journal, Consumer<LeaseLife> lives, BooleanSupplier goesOn) {
        this.name = name;
        this.members = members;
        this.journal = journal;
        this.lives = lives;
        this.goesOn = goesOn;
        random = new SplittableRandom(name.hashCode());
    }

    @Override
    public void run() {
        try {
            while (goesOn.getAsBoolean()) {
                oneLife();
                TimeUnit.MILLISECONDS.sleep(random.nextInt((int) RENEW_MILLIS));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void oneLife() throws InterruptedException {
        long id = random.nextLong(Long.MAX_VALUE) | 1;
        long granted = System.nanoTime();
        LeaseGrantResponse grant;
        try {
            grant = members.any(random).call(Rpc.GRANT, LeaseGrantRequest.newBuilder().setID(id).setTTL(TTL_SECONDS).build(), CALL_MILLIS);
        } catch (StatusRuntimeException notGranted) {
            return;
        }
        Action.Put put = new Action.Put("chaos/lease/" + name + "-" + taken, name + "-" + taken++);
        long from = System.nanoTime();
        Outcome outcome = Store.putWithLease(members.any(random), put, id);
        journal.add(new Operation(name, from, System.nanoTime(), put, outcome));
        List<Long> renewals = new ArrayList<>();
        OptionalLong lost = renew(id, renewals);
        lives.accept(new LeaseLife(id, put.key(), TimeUnit.SECONDS.toNanos(grant.getTTL()), granted, renewals, lost));
    }

    private OptionalLong renew(long id, List<Long> renewals) throws InterruptedException {
        for (int left = random.nextInt(MOST_RENEWALS); left > 0 && goesOn.getAsBoolean(); left--) {
            TimeUnit.MILLISECONDS.sleep(RENEW_MILLIS / 2 + random.nextInt((int) RENEW_MILLIS));
            long from = System.nanoTime();
            try {
                long ttl = members.any(random).call(Rpc.KEEP_ALIVE, LeaseKeepAliveRequest.newBuilder().setID(id).build(), CALL_MILLIS).getTTL();
                if (ttl <= 0) {
                    return OptionalLong.of(System.nanoTime());
                }
                renewals.add(from);
            } catch (StatusRuntimeException noAnswer) {
                // The next member may answer.
            }
        }
        return OptionalLong.empty();
    }
}
