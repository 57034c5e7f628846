package io.tenon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogRecovery;
import io.tenon.spi.log.LogSession;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A random load of appends, overwrites, states, snapshots, cuts and releases, crashed at every single operation of the disk. What comes
 * back must be the log as it was after some record, and not before the last one that somebody was told is durable.
 */
class CrashTest {
    private static final int SEGMENT_BYTES = 1500;
    private static final int STEPS = 60;
    private static final int SURVIVORS = 3;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aCrashAtAnyOperationLosesNothingThatWasAcknowledged(long seed) throws Exception {
        MemoryDisk whole = new MemoryDisk();
        Load undisturbed = new Load(whole, seed);
        undisturbed.run();
        long operations = whole.operations();
        assertTrue(operations > 100, "operations " + operations);
        for (long operation = 1; operation <= operations; operation++) {
            MemoryDisk disk = new MemoryDisk();
            disk.plan(MemoryDisk.Fault.CRASH, operation);
            Load load = new Load(disk, seed);
            load.runUntilCrash();
            for (int survivor = 0; survivor < SURVIVORS; survivor++) {
                load.checkAfter(disk.afterCrash(new Random(seed * 31 + operation * 7 + survivor)), "seed " + seed + " operation " + operation + " survivor " + survivor);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void aDiskThatFailsAtAnyOperationLosesNothingThatWasAcknowledged(long seed) throws Exception {
        MemoryDisk whole = new MemoryDisk();
        new Load(whole, seed).run();
        for (long operation = 1; operation <= whole.operations(); operation++) {
            MemoryDisk disk = new MemoryDisk();
            disk.plan(MemoryDisk.Fault.FAIL, operation);
            Load load = new Load(disk, seed);
            try {
                load.run();
            } catch (UncheckedIOException | LogException | ExecutionException expected) {
                load.abandon();
            }
            load.checkAfter(disk.afterCrash(new Random(seed + operation)), "seed " + seed + " operation " + operation);
        }
    }

    @Test
    void shortWritesAnywhereChangeNothing() throws Exception {
        MemoryDisk whole = new MemoryDisk();
        new Load(whole, 21).run();
        for (long operation = 1; operation <= whole.operations(); operation++) {
            MemoryDisk disk = new MemoryDisk();
            disk.plan(MemoryDisk.Fault.SHORT_WRITE, operation);
            Load load = new Load(disk, 21);
            load.run();
            load.checkAfter(disk.afterCrash(new Random(operation)), "operation " + operation);
        }
    }

    /** What a log comes to after some record. */
    private record Expected(long base, List<Entry> entries, HardState state, Snapshot snapshot) {

        long last() {
            return base + entries.size();
        }

        long termOf(long index) {
            return index == base ? snapshot.term() : entries.get((int) (index - base - 1)).term();
        }

        Expected append(Entry entry) {
            List<Entry> next = new ArrayList<>(entries.subList(0, (int) (entry.index() - base - 1)));
            next.add(entry);
            return new Expected(base, next, state, snapshot);
        }

        Expected with(HardState next) {
            return new Expected(base, entries, next, snapshot);
        }

        Expected with(Snapshot next) {
            if (next.index() <= last() && termOf(next.index()) == next.term()) {
                return new Expected(base, entries, state, next);
            }
            return new Expected(next.index(), List.of(), state, next);
        }
    }

    /** The load, and what it knows. */
    private static final class Load {
        private final Rig rig;
        private final MemoryDisk disk;
        private final Random random;
        /** How many appends of ten are a state alone, which may go without a sync; some loads have hardly anything else. */
        private final int statesOfTen;
        private final List<Expected> history = new ArrayList<>();
        private Optional<LogSession> session = Optional.empty();
        private boolean created;
        /** Everything before this place in the history was acknowledged. */
        private int acknowledged;
        private long term = 1;

        Load(MemoryDisk disk, long seed) {
            this.disk = disk;
            rig = new Rig(disk, Path.of("/data"), SEGMENT_BYTES);
            random = new Random(seed);
            statesOfTen = random.nextInt(10);
            history.add(new Expected(0, List.of(), HardState.EMPTY, Snapshot.EMPTY));
        }

        void run() throws Exception {
            LogSession log = rig.create();
            created = true;
            session = Optional.of(log);
            for (int step = 0; step < STEPS; step++) {
                step(log);
            }
            log.close();
        }

        void runUntilCrash() throws Exception {
            try {
                run();
            } catch (UncheckedIOException | LogException | ExecutionException expected) {
                assertTrue(disk.isCrashed(), "only the crash may fail: " + expected);
            }
            abandon();
        }

        void abandon() {
            session.ifPresent(LogSession::close);
        }

        private void step(LogSession log) throws Exception {
            switch (random.nextInt(12)) {
                case 0 -> saveSnapshot(log);
                case 1 -> {
                    log.release(now().state().commit());
                    rig.loops.stepUntilIdle();
                }
                case 2 -> {
                    term++;
                    append(log, overwriteFrom(), random.nextInt(4));
                }
                default -> append(log, now().last() + 1, random.nextInt(10) < statesOfTen ? 0 : 1 + random.nextInt(4));
            }
            if (random.nextInt(3) > 0) {
                rig.loops.stepUntilIdle();
            }
        }

        private Expected now() {
            return history.getLast();
        }

        private long overwriteFrom() {
            long first = Math.max(now().state().commit(), now().base()) + 1;
            return first + random.nextInt((int) (now().last() + 2 - first));
        }

        private void append(LogSession log, long from, int count) {
            List<Entry> entries = new ArrayList<>();
            for (long index = from; index < from + count; index++) {
                entries.add(Rig.entry(term, index, index % 5 == 0 ? "" : "v".repeat(random.nextInt(index % 7 == 0 ? 700 : 40))));
                history.add(now().append(entries.getLast()));
            }
            Optional<HardState> state = Optional.empty();
            if (count == 0 || random.nextBoolean()) {
                long commit = now().state().commit();
                long moved = commit + (now().last() > commit ? random.nextInt((int) (now().last() - commit) + 1) : 0);
                state = Optional.of(new HardState(term, random.nextInt(3), moved));
                history.add(now().with(state.get()));
            }
            boolean mustSync = count > 0 || random.nextBoolean();
            int records = history.size() - 1;
            assertTrue(log.append(new LogAppend(entries, state, mustSync, () -> {
                if (mustSync) {
                    acknowledged = Math.max(acknowledged, records);
                }
            })));
        }

        /** Mostly of what is applied, sometimes one that a leader sent. */
        private void saveSnapshot(LogSession log) throws Exception {
            rig.loops.stepUntilIdle();
            Expected now = now();
            boolean sent = random.nextInt(4) == 0;
            if (!sent && now.state().commit() <= Math.max(now.base(), now.snapshot().index())) {
                return;
            }
            long index = sent ? now.last() + random.nextInt(5) - (now.last() > now.state().commit() ? 1 : 0) + 1 : now.state().commit();
            term += sent ? 1 : 0;
            Snapshot snapshot = Rig.snapshot(index, sent ? term : now.termOf(index));
            if (index <= now.state().commit()) {
                history.add(now.with(snapshot));
            }
            long newTerm = Math.max(now.state().term(), snapshot.term());
            HardState state = new HardState(newTerm, newTerm > now.state().term() ? 0 : now.state().vote(), Math.max(now.state().commit(), index));
            history.add(now.with(snapshot).with(state));
            int records = history.size() - 1;
            rig.save(log, snapshot);
            acknowledged = Math.max(acknowledged, records);
        }

        void checkAfter(MemoryDisk survivor, String place) throws Exception {
            Rig again = new Rig(survivor, rig.location);
            if (again.store.identify(again.location).isEmpty()) {
                assertFalse(created, place + ": the log is gone");
                return;
            }
            LogSession log;
            try {
                log = again.open();
            } catch (LogException refused) {
                throw new AssertionError(place + ": refused", refused);
            }
            check(log, place);
            LogRecovery first = log.recovery();
            // What opening reported is durable: the power may fail again at once.
            Rig twice = new Rig(survivor.afterCrash(new Random(place.hashCode())), rig.location);
            LogSession second = twice.open();
            assertEquals(new LogRecovery(first.snapshot(), first.hardState(), first.firstIndex(), first.lastIndex(), first.lastTerm(), 0), second.recovery(), place);
            goOn(twice, second, place);
        }

        private void check(LogSession log, String place) throws LogException {
            assertEquals(Rig.IDENTITY, log.identity());
            for (Expected expected : history.subList(acknowledged, history.size())) {
                if (matches(log, expected)) {
                    return;
                }
            }
            fail(place + ": recovered " + log.recovery() + " is not the log after any record from " + history.get(acknowledged) + " on");
        }

        private static boolean matches(LogSession log, Expected expected) throws LogException {
            boolean same = log.recovery().hardState().equals(expected.state()) && log.recovery().snapshot().equals(expected.snapshot())
                    && log.lastIndex() == expected.last() && log.firstIndex() > expected.base() && log.firstIndex() <= expected.snapshot().index() + 1;
            return same && Rig.readAll(log).equals(expected.entries().subList((int) (log.firstIndex() - expected.base() - 1), expected.entries().size()));
        }

        /** The recovered log takes more and is whole when it is opened again. */
        private void goOn(Rig again, LogSession log, String place) throws Exception {
            long next = log.lastIndex() + 1;
            long nextTerm = log.recovery().hardState().term() + 50;
            again.write(log, Rig.entries(nextTerm, next, next + 3));
            again.write(log, new HardState(nextTerm, 1, next));
            List<Entry> all = Rig.readAll(log);
            log.close();
            try (LogSession reopened = again.open()) {
                assertEquals(0, reopened.recovery().repaired(), place);
                assertEquals(new HardState(nextTerm, 1, next), reopened.recovery().hardState(), place);
                assertEquals(next + 2, reopened.lastIndex(), place);
                assertEquals(all.subList((int) (reopened.firstIndex() - log.firstIndex()), all.size()), Rig.readAll(reopened), place);
            }
        }
    }
}
