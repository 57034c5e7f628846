package io.tenon.chaos.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.chaos.history.Action;
import io.tenon.chaos.history.LeaseLife;
import io.tenon.chaos.history.Note;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Outcome;
import io.tenon.chaos.history.Row;
import io.tenon.chaos.judge.Complaint.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A good round is found good; every kind of error, planted into one, is found, and by name. */
class JudgeTest {
    private static final int OPERATIONS = 400;

    private static GoodRound good() {
        return new GoodRound(3, OPERATIONS);
    }

    private static Set<Kind> kinds(GoodRound round) {
        return Judge.judge(round.evidence()).complaints().stream().map(Complaint::kind).collect(Collectors.toSet());
    }

    private static void found(Kind kind, GoodRound round) {
        Set<Kind> kinds = kinds(round);
        assertTrue(kinds.contains(kind), kind + " is not among " + kinds);
    }

    private static int index(GoodRound round, Predicate<Operation> wanted) {
        for (int at = OPERATIONS / 2; at < round.operations.size(); at++) {
            if (wanted.test(round.operations.get(at))) {
                return at;
            }
        }
        throw new AssertionError("no such operation in the good round");
    }

    private static boolean isDone(Operation operation, Class<? extends Action> action) {
        return action.isInstance(operation.action()) && operation.outcome() instanceof Outcome.Done;
    }

    private static void end(GoodRound round, int at, Outcome outcome) {
        Operation old = round.operations.get(at);
        round.operations.set(at, new Operation(old.client(), old.fromNanos(), old.toNanos(), old.action(), outcome));
    }

    private static List<Note> notes(GoodRound round, int watcher) {
        return round.watchers.get(watcher).notes();
    }

    @Test
    void goodRoundsHaveNothingWrong() {
        for (long seed = 0; seed < 50; seed++) {
            Judge.Verdict verdict = Judge.judge(new GoodRound(seed, OPERATIONS).evidence());
            assertEquals(List.of(), verdict.complaints(), "seed " + seed);
            assertEquals(0, verdict.undecidedKeys());
        }
    }

    @Test
    void readThatIsBehindIsFoundByBothJudges() {
        GoodRound round = good();
        int read = index(round, one -> isDone(one, Action.Get.class)
                && round.operations.indexOf(one) > OPERATIONS / 2 && ((Outcome.Done) one.outcome()).seen().isPresent());
        Operation operation = round.operations.get(read);
        Outcome.Done old = round.operations.stream().filter(one -> isDone(one, Action.Get.class) && one.toNanos() < operation.fromNanos()
                && one.action().equals(operation.action())).map(one -> (Outcome.Done) one.outcome())
                .filter(done -> !done.seen().equals(((Outcome.Done) operation.outcome()).seen())).findFirst().orElseThrow();
        end(round, read, old);
        found(Kind.STALE_READ, round);
        found(Kind.NOT_LINEARIZABLE, round);
    }

    @Test
    void readOfWhatItsRevisionDoesNotHoldIsFound() {
        GoodRound round = good();
        int read = index(round, one -> isDone(one, Action.Get.class));
        long revision = round.operations.get(read).revision().getAsLong();
        end(round, read, new Outcome.Done(revision, Optional.of(new Row("nobody wrote this", revision, revision, 1, 0))));
        found(Kind.WRONG_READ, round);
        found(Kind.NOT_LINEARIZABLE, round);
    }

    @Test
    void readOfAValueThatWasNeverCommittedIsFound() {
        GoodRound round = good();
        int read = index(round, one -> isDone(one, Action.Get.class));
        Operation operation = round.operations.get(read);
        long revision = operation.revision().getAsLong();
        round.operations.add(new Operation("u", operation.fromNanos() - 10, operation.fromNanos() - 5,
                new Action.Put(operation.action().key(), "uncommitted"), new Outcome.Unknown("no answer")));
        end(round, read, new Outcome.Done(revision, Optional.of(new Row("uncommitted", revision, revision, 1, 0))));
        found(Kind.WRONG_READ, round);
    }

    @Test
    void acknowledgedWriteThatIsNotThereIsFound() {
        GoodRound round = good();
        int put = index(round, one -> isDone(one, Action.Put.class));
        Operation operation = round.operations.get(put);
        round.operations.add(new Operation("x", operation.fromNanos(), operation.toNanos(), new Action.Put(operation.action().key(), "lost"),
                operation.outcome()));
        found(Kind.LOST_WRITE, round);
    }

    @Test
    void writeThatHappenedTwiceIsFound() {
        GoodRound round = good();
        int silent = index(round, one -> one.action() instanceof Action.Put && one.outcome() instanceof Outcome.Done);
        String value = Action.written(round.operations.get(silent).action()).orElseThrow();
        // Whoever wrote another value of this key is made to have written this one too: the retry of a client library, for one.
        String key = round.operations.get(silent).action().key();
        for (int watcher = 0; watcher < round.watchers.size(); watcher++) {
            List<Note> notes = notes(round, watcher);
            long first = notes.stream().filter(Note.Change.class::isInstance).map(Note.Change.class::cast)
                    .filter(change -> change.row().filter(row -> row.value().equals(value)).isPresent()).mapToLong(Note.Change::revision).findFirst().orElse(-1);
            boolean[] replaced = new boolean[1];
            notes.replaceAll(note -> {
                if (!replaced[0] && first >= 0 && note instanceof Note.Change change && change.key().equals(key) && change.revision() > first
                        && change.row().isPresent()) {
                    replaced[0] = true;
                    Row row = change.row().get();
                    return new Note.Change(change.seenNanos(), change.revision(), key,
                            Optional.of(new Row(value, row.created(), row.modified(), row.version(), row.lease())));
                }
                return note;
            });
        }
        found(Kind.DOUBLED_WRITE, round);
    }

    @Test
    void writeThatWasRefusedAndHappenedAllTheSameIsFound() {
        GoodRound round = good();
        end(round, index(round, one -> isDone(one, Action.Put.class)), new Outcome.Failed("no room"));
        found(Kind.PHANTOM_WRITE, round);
    }

    @Test
    void writeOfNobodyIsFound() {
        GoodRound round = good();
        round.operations.remove(index(round, one -> isDone(one, Action.Put.class)));
        found(Kind.PHANTOM_WRITE, round);
    }

    @Test
    void deletionOfNobodyIsFound() {
        GoodRound round = good();
        round.operations.removeIf(one -> one.action() instanceof Action.Delete && one.outcome() instanceof Outcome.Unknown);
        round.operations.remove(index(round, one -> isDone(one, Action.Delete.class) && one.changed()));
        found(Kind.PHANTOM_WRITE, round);
    }

    @Test
    void swapThatSucceededTwiceIsFoundByBothJudges() {
        GoodRound round = good();
        int second = index(round, one -> isDone(one, Action.Swap.class));
        Operation operation = round.operations.get(second);
        Action.Swap swap = (Action.Swap) operation.action();
        round.operations.set(second, new Operation(operation.client(), operation.fromNanos(), operation.toNanos(),
                new Action.Swap(swap.key(), Optional.of("v0"), swap.value()), operation.outcome()));
        found(Kind.WRONG_SWAP, round);
        found(Kind.NOT_LINEARIZABLE, round);
    }

    @Test
    void swapThatWasRefusedForNoReasonIsFoundByBothJudges() {
        GoodRound round = good();
        int refused = index(round, one -> one.outcome() instanceof Outcome.Refused was && was.seen().isPresent());
        Operation operation = round.operations.get(refused);
        Action.Swap swap = (Action.Swap) operation.action();
        Outcome.Refused outcome = (Outcome.Refused) operation.outcome();
        round.operations.set(refused, new Operation(operation.client(), operation.fromNanos(), operation.toNanos(),
                new Action.Swap(swap.key(), outcome.seen().map(Row::value), swap.value()), outcome));
        found(Kind.WRONG_SWAP, round);
        found(Kind.NOT_LINEARIZABLE, round);
    }

    @Test
    void writeBeforeWhatWasKnownIsFound() {
        GoodRound round = good();
        int put = index(round, one -> isDone(one, Action.Put.class));
        Operation operation = round.operations.get(put);
        long late = round.operations.getLast().toNanos() + 1;
        round.operations.set(put, new Operation(operation.client(), late, late + 1, operation.action(), operation.outcome()));
        found(Kind.WRONG_ORDER, round);
    }

    @Test
    void changeThatOneWatcherMissedIsFound() {
        GoodRound round = good();
        notes(round, 0).remove(OPERATIONS / 4);
        assertEquals(Set.of(Kind.MISSING_EVENT), kinds(round));
    }

    @Test
    void changeThatAllWatchersMissedIsFound() {
        GoodRound round = good();
        long revision = ((Note.Change) notes(round, 0).get(OPERATIONS / 4)).revision();
        round.watchers.forEach(watched -> watched.notes().removeIf(note -> note instanceof Note.Change change && change.revision() == revision));
        found(Kind.MISSING_EVENT, round);
    }

    @Test
    void endThatNeverComesIsFound() {
        GoodRound round = good();
        List<Note> notes = notes(round, 1);
        notes.subList(notes.size() - 5, notes.size()).clear();
        assertEquals(Set.of(Kind.MISSING_EVENT), kinds(round));
    }

    @Test
    void changeThatCameTwiceIsFound() {
        GoodRound round = good();
        notes(round, 0).add(OPERATIONS / 4, notes(round, 0).get(OPERATIONS / 4));
        assertEquals(Set.of(Kind.REPEATED_EVENT), kinds(round));
    }

    @Test
    void changesInTheWrongOrderAreFound() {
        GoodRound round = good();
        notes(round, 0).add(OPERATIONS / 4 + 1, notes(round, 0).remove(OPERATIONS / 4));
        found(Kind.REORDERED_EVENT, round);
    }

    @Test
    void changeOfAnotherKeyIsFound() {
        GoodRound round = good();
        Note other = notes(round, 0).stream().filter(note -> note instanceof Note.Change change && change.key().equals("key-2")).findFirst().orElseThrow();
        notes(round, 2).add(0, other);
        found(Kind.WRONG_EVENT, round);
    }

    @Test
    void watchersThatSawDifferentThingsAreFound() {
        GoodRound round = good();
        Note.Change change = (Note.Change) notes(round, 1).get(0);
        Row row = change.row().orElseThrow();
        notes(round, 1).set(0, new Note.Change(change.seenNanos(), change.revision(), change.key(),
                Optional.of(new Row("else", row.created(), row.modified(), row.version(), row.lease()))));
        found(Kind.WATCHERS_DISAGREE, round);
    }

    @Test
    void versionsThatDoNotCountAreFound() {
        GoodRound round = good();
        for (int watcher = 0; watcher < 2; watcher++) {
            notes(round, watcher).replaceAll(note -> note instanceof Note.Change change && change.revision() == 11
                    ? new Note.Change(change.seenNanos(), 11, change.key(), change.row().map(row -> new Row(row.value(), 11, 11, 2, row.lease()))) : note);
        }
        found(Kind.WRONG_EVENT, round);
    }

    @Test
    void progressThatPromisesTooMuchIsFound() {
        GoodRound round = good();
        Note.Change next = (Note.Change) notes(round, 0).get(OPERATIONS / 4);
        notes(round, 0).add(OPERATIONS / 4, new Note.Progress(next.revision()));
        found(Kind.MISSING_EVENT, round);
        found(Kind.EARLY_PROGRESS, round);
    }

    @Test
    void gapOfACompactionIsNoError() {
        GoodRound round = good();
        List<Note> notes = notes(round, 1);
        Note.Change first = (Note.Change) notes.get(20);
        notes.subList(0, 20).clear();
        notes.add(0, new Note.Compacted(first.revision()));
        assertEquals(Set.of(), kinds(round));
        notes.remove(1);
        assertEquals(Set.of(Kind.MISSING_EVENT), kinds(round));
    }

    @Test
    void leaseThatEndsBeforeItsTimeIsFound() {
        GoodRound round = good();
        LeaseLife lease = round.leases.getFirst();
        long renewed = lease.renewals().getLast() + TimeUnit.SECONDS.toNanos(3);
        round.leases.set(0, new LeaseLife(lease.id(), lease.key(), lease.ttlNanos(), lease.granted(), List.of(renewed), OptionalLong.empty()));
        assertEquals(Set.of(Kind.LOST_LEASE), kinds(round));
    }

    @Test
    void leaseThatIsNotFoundBeforeItsTimeIsFound() {
        GoodRound round = good();
        LeaseLife lease = round.leases.getFirst();
        round.leases.set(0, new LeaseLife(lease.id(), lease.key(), lease.ttlNanos(), lease.granted(), lease.renewals(),
                OptionalLong.of(lease.renewals().getLast() + TimeUnit.SECONDS.toNanos(1))));
        assertEquals(Set.of(Kind.LOST_LEASE), kinds(round));
    }

    @Test
    void leaseThatNeverEndsIsFound() {
        GoodRound round = good();
        LeaseLife lease = round.leases.getFirst();
        Row left = round.evidence().finish().entrySet().iterator().next().getValue();
        String key = round.evidence().finish().keySet().iterator().next();
        assertFalse(left.value().isEmpty());
        round.leases.set(0, new LeaseLife(lease.id(), key, lease.ttlNanos(), lease.granted(), lease.renewals(), OptionalLong.empty()));
        found(Kind.UNENDING_LEASE, round);
    }

    @Test
    void endThatDiffersFromAllThatWasSeenIsFound() {
        GoodRound round = good();
        List<Note> last = List.of(notes(round, 0), notes(round, 1), notes(round, 2)).stream().map(List::getLast).toList();
        assertEquals(3, last.size());
        Note.Change change = notes(round, 0).stream().filter(Note.Change.class::isInstance).map(Note.Change.class::cast)
                .filter(one -> one.row().isPresent()).reduce((one, later) -> later).orElseThrow();
        round.watchers.forEach(watched -> watched.notes().replaceAll(note -> note instanceof Note.Change one && one.revision() == change.revision()
                ? new Note.Change(one.seenNanos(), one.revision(), one.key(), Optional.empty()) : note));
        found(Kind.WRONG_READ, round);
    }
}
