package io.tenon.chaos.load;

import io.tenon.chaos.client.Client;
import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import io.tenon.chaos.history.Row;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Does one action after the other and writes down how each ended. One thread. */
final class KvClient implements Runnable {
    /** Of a hundred actions. */
    private static final int PUTS = 30;
    private static final int DELETES = 8;
    private static final int SWAPS = 25;
    private static final int LOCAL_READS = 10;
    private static final int MOVES_PERCENT = 5;

    private final String name;
    private final Settings settings;
    private final Members members;
    private final Journal journal;
    private final BooleanSupplier goesOn;
    private final SplittableRandom random;
    private Client member;
    private int written;

    KvClient(String name, Settings settings, Members members, Journal journal, BooleanSupplier goesOn) {
        this.name = name;
        this.settings = settings;
        this.members = members;
        this.journal = journal;
        this.goesOn = goesOn;
        random = new SplittableRandom(settings.seed() ^ (long) name.hashCode() << 32);
        member = members.any(random);
    }

    @Override
    public void run() {
        long meanNanos = TimeUnit.SECONDS.toNanos(1) * settings.clients() / settings.perSecond();
        try {
            while (goesOn.getAsBoolean()) {
                TimeUnit.NANOSECONDS.sleep(meanNanos / 2 + random.nextLong(meanNanos));
                one();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void one() {
        String key = settings.key(random.nextInt(settings.keys()));
        int dice = random.nextInt(100);
        if (dice < PUTS) {
            act(new Action.Put(key, value()));
        } else if (dice < PUTS + DELETES) {
            act(new Action.Delete(key));
        } else if (dice < PUTS + DELETES + SWAPS) {
            if (act(new Action.Get(key)) instanceof Outcome.Done done) {
                act(new Action.Swap(key, done.seen().map(Row::value), value()));
            }
        } else if (dice < PUTS + DELETES + SWAPS + LOCAL_READS) {
            act(new Action.GetLocal(key));
        } else {
            act(new Action.Get(key));
        }
    }

    private String value() {
        return name + "-" + written++;
    }

    private Outcome act(Action action) {
        long from = System.nanoTime();
        Outcome outcome = Store.act(member, action);
        journal.add(new Operation(name, from, System.nanoTime(), action, outcome));
        boolean lost = outcome instanceof Outcome.Failed || outcome instanceof Outcome.Unknown;
        if (lost || random.nextInt(100) < MOVES_PERCENT) {
            member = members.any(random);
        }
        return outcome;
    }
}
