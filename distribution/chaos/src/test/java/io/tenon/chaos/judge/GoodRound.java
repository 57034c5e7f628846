package io.tenon.chaos.judge;

import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.LeaseLife;
import io.tenon.chaos.history.Note;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import io.tenon.chaos.history.Row;
import io.tenon.chaos.history.Watched;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The evidence of a round against a store that does everything right: many clients whose operations overlap, some without an answer, watchers
 * of all and of one key, and leases. Its parts can be changed, which is how errors are planted.
 */
final class GoodRound {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int KEYS = 4;
    private static final long BASE = 10;
    private static final long TTL_NANOS = TimeUnit.SECONDS.toNanos(6);

    final List<Operation> operations = new ArrayList<>();
    final List<Watched> watchers = new ArrayList<>();
    final List<LeaseLife> leases = new ArrayList<>();
    final Map<String, Row> start = new HashMap<>();
    private final Map<String, Row> store = new HashMap<>();
    private final SplittableRandom random;
    private long revision = BASE;
    private long nowNanos;
    private int values;

    GoodRound(long seed, int count) {
        random = new SplittableRandom(seed);
        store.put("key-0", new Row("old", 5, 7, 2, 0));
        start.putAll(store);
        watchers.add(new Watched("all", Optional.empty(), BASE + 1, new ArrayList<>()));
        watchers.add(new Watched("also all", Optional.empty(), BASE + 1, new ArrayList<>()));
        watchers.add(new Watched("one", Optional.of("key-1"), BASE + 1, new ArrayList<>()));
        lease();
        for (int number = 0; number < count; number++) {
            one(number);
        }
        watchers.forEach(watched -> watched.notes().add(new Note.Progress(revision)));
    }

    Evidence evidence() {
        return new Evidence(BASE, start, revision, Map.copyOf(store), operations, List.of(), watchers, leases);
    }

    /** A lease that is renewed twice, and whose key goes when its time is over. */
    private void lease() {
        long granted = nowNanos;
        nowNanos += MILLI;
        store("lease", "leased", 77);
        operations.add(new Operation("l", granted, nowNanos, new Action.Put("lease", "leased"), new Outcome.Done(revision, Optional.empty())));
        List<Long> renewals = List.of(nowNanos + TTL_NANOS / 3, nowNanos + TTL_NANOS / 2);
        nowNanos = renewals.getLast() + TTL_NANOS + MILLI;
        remove("lease");
        leases.add(new LeaseLife(77, "lease", TTL_NANOS, granted, renewals, OptionalLong.empty()));
    }

    /** Its effect is now; it began a little ago and ends a little later, so operations overlap. */
    private void one(int number) {
        nowNanos += MILLI;
        String key = "key-" + random.nextInt(KEYS);
        Optional<Row> held = Optional.ofNullable(store.get(key));
        boolean silent = random.nextInt(20) == 0;
        Action action = switch (random.nextInt(6)) {
            case 0 -> new Action.Delete(key);
            case 1 -> new Action.Swap(key, held.map(Row::value), "v" + values++);
            case 2 -> new Action.Swap(key, Optional.of("never"), "v" + values++);
            case 3 -> new Action.Get(key);
            default -> new Action.Put(key, "v" + values++);
        };
        Outcome outcome = apply(action, held);
        boolean read = action instanceof Action.Get;
        add(number, action, silent && !read ? new Outcome.Unknown("no answer") : outcome);
    }

    private void add(int number, Action action, Outcome outcome) {
        operations.add(new Operation("c" + number % 5, nowNanos - 1 - random.nextLong(2 * MILLI), nowNanos + 1 + random.nextLong(2 * MILLI), action,
                outcome));
    }

    private Outcome apply(Action action, Optional<Row> held) {
        switch (action) {
            case Action.Put put -> store(put.key(), put.value(), 0);
            case Action.Swap swap -> {
                if (!held.map(Row::value).equals(swap.expected())) {
                    return new Outcome.Refused(revision, held);
                }
                store(swap.key(), swap.value(), 0);
            }
            case Action.Delete delete -> {
                if (held.isPresent()) {
                    remove(delete.key());
                }
                return new Outcome.Done(revision, held);
            }
            case Action.Get get -> {
                return new Outcome.Done(revision, held);
            }
            case Action.GetLocal get -> {
                return new Outcome.Done(revision, held);
            }
        }
        return new Outcome.Done(revision, Optional.empty());
    }

    private void store(String key, String value, long lease) {
        revision++;
        Optional<Row> before = Optional.ofNullable(store.get(key));
        Row row = new Row(value, before.map(Row::created).orElse(revision), revision, before.map(Row::version).orElse(0L) + 1, lease);
        store.put(key, row);
        tell(key, Optional.of(row));
    }

    private void remove(String key) {
        revision++;
        store.remove(key);
        tell(key, Optional.empty());
    }

    private void tell(String key, Optional<Row> row) {
        for (Watched watched : watchers) {
            if (watched.wants(key)) {
                watched.notes().add(new Note.Change(nowNanos + MILLI / 2, revision, key, row));
            }
        }
    }
}
