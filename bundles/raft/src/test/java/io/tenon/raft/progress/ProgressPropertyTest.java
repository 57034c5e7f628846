package io.tenon.raft.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tenon.raft.progress.Phase.Probing;
import io.tenon.raft.progress.Phase.Replicating;
import io.tenon.raft.progress.Phase.SendingSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Progress against one flat record of everything, written down rule by rule; the map of members against a sorted one. */
class ProgressPropertyTest {
    private static final int ROUNDS = 2_000;
    private static final int STEPS = 60;
    private static final int MOST_MESSAGES = 3;
    private static final long MOST_BYTES = 20;

    private final Random random = new Random(17);

    private enum Mode { PROBE, REPLICATE, SNAPSHOT }

    /** Everything that is known, in one place; nothing is forgotten by a change of mode unless a rule says so. */
    private static final class Model {
        Mode mode = Mode.PROBE;
        long match;
        long next;
        long snapshot;
        long sentCommit;
        boolean paused;
        boolean active;
        List<long[]> unanswered = new ArrayList<>();

        void go(Mode newMode) {
            mode = newMode;
            paused = false;
            snapshot = 0;
            unanswered = new ArrayList<>();
        }

        boolean full() {
            return unanswered.size() == MOST_MESSAGES || unanswered.stream().mapToLong(each -> each[1]).sum() >= MOST_BYTES;
        }

        void mayNotHaveArrived() {
            sentCommit = Math.min(sentCommit, next - 1);
        }

        boolean stepBack(long rejected, long hint) {
            boolean late = mode == Mode.REPLICATE ? rejected <= match : rejected != next - 1;
            if (late) {
                return false;
            }
            if (mode == Mode.REPLICATE) {
                go(Mode.PROBE);
                next = match + 1;
            } else {
                next = Math.max(match + 1, Math.min(rejected, hint + 1));
                paused = false;
            }
            mayNotHaveArrived();
            return true;
        }

        void sent(int count, long bytes) {
            if (mode == Mode.PROBE) {
                paused |= count > 0;
                return;
            }
            if (count > 0) {
                next += count;
                unanswered.add(new long[] {next - 1, bytes});
            }
            paused = full();
        }
    }

    @Test
    void progressDoesWhatTheRulesSay() {
        for (int round = 0; round < ROUNDS; round++) {
            var model = new Model();
            model.match = random.nextInt(5);
            model.next = model.match + 1 + random.nextInt(5);
            var progress = new Progress(model.match, model.next, new Inflights(MOST_MESSAGES, MOST_BYTES));
            var done = new ArrayList<String>();
            for (int step = 0; step < STEPS; step++) {
                done.add(step(model, progress));
                assertEquals(seen(model), seen(progress), done::toString);
            }
        }
    }

    private String step(Model model, Progress progress) {
        long index = model.match + random.nextInt(8);
        switch (random.nextInt(11)) {
            case 0, 1 -> {
                assertEquals(index > model.match, progress.acknowledged(index));
                if (index > model.match) {
                    model.match = index;
                    model.next = Math.max(model.next, index + 1);
                    model.paused = false;
                }
                if (progress.phase() instanceof Replicating replicating) {
                    replicating.inflights().freeUpTo(index);
                    model.unanswered.removeIf(each -> each[0] <= index);
                }
                return "acknowledged " + index;
            }
            case 2 -> {
                long rejected = random.nextBoolean() ? model.next - 1 : index;
                long hint = random.nextInt(20);
                assertEquals(model.stepBack(rejected, hint), progress.stepBack(rejected, hint));
                return "refused " + rejected + " hint " + hint;
            }
            case 3 -> {
                progress.becomeProbing();
                model.next = Math.max(model.match, model.snapshot) + 1;
                model.go(Mode.PROBE);
                model.mayNotHaveArrived();
                return "probing";
            }
            case 4 -> {
                progress.becomeReplicating();
                model.next = model.match + 1;
                model.go(Mode.REPLICATE);
                return "replicating";
            }
            default -> {
                return more(model, progress);
            }
        }
    }

    private String more(Model model, Progress progress) {
        switch (random.nextInt(7)) {
            case 0 -> {
                long snapshot = model.match + random.nextInt(4);
                progress.becomeSendingSnapshot(snapshot);
                model.go(Mode.SNAPSHOT);
                model.snapshot = snapshot;
                model.next = snapshot + 1;
                model.sentCommit = snapshot;
                return "snapshot " + snapshot;
            }
            case 1 -> {
                progress.snapshotFailed();
                model.next = model.match + 1;
                model.go(Mode.PROBE);
                model.mayNotHaveArrived();
                return "snapshot failed";
            }
            case 2 -> {
                if (random.nextBoolean()) {
                    progress.pause();
                    model.paused = true;
                    return "pause";
                }
                progress.resume();
                model.paused = false;
                return "resume";
            }
            case 3 -> {
                if (random.nextBoolean()) {
                    progress.heardFrom();
                    model.active = true;
                    return "heard";
                }
                progress.clearRecentlyActive();
                model.active = false;
                return "not heard";
            }
            default -> {
                return send(model, progress);
            }
        }
    }

    private String send(Model model, Progress progress) {
        int count = model.mode == Mode.REPLICATE && model.full() ? 0 : random.nextInt(3);
        long bytes = count * (long) random.nextInt(8);
        if (model.mode == Mode.SNAPSHOT) {
            assertThrows(IllegalStateException.class, () -> progress.sentEntries(count, bytes));
            return "refused to send";
        }
        progress.sentEntries(count, bytes);
        model.sent(count, bytes);
        long commit = random.nextInt(20);
        progress.sentCommit(commit);
        model.sentCommit = commit;
        return "sent " + count + " of " + bytes + " bytes, commit " + commit;
    }

    private static String seen(Model model) {
        boolean replicates = model.mode == Mode.REPLICATE;
        var bumps = new ArrayList<Boolean>();
        for (long commit = 0; commit < 20; commit++) {
            bumps.add(model.sentCommit < commit && model.sentCommit < model.next - 1);
        }
        return "%s match=%d next=%d snapshot=%d paused=%b carries=%b active=%b window=%d %s".formatted(model.mode, model.match, model.next,
                model.snapshot, model.paused || model.mode == Mode.SNAPSHOT, !replicates || !model.full(), model.active,
                replicates ? model.unanswered.size() : 0, bumps);
    }

    private static String seen(Progress progress) {
        var bumps = new ArrayList<Boolean>();
        for (long commit = 0; commit < 20; commit++) {
            bumps.add(progress.canBumpCommit(commit));
        }
        Mode mode = switch (progress.phase()) {
            case Probing probing -> Mode.PROBE;
            case Replicating replicating -> Mode.REPLICATE;
            case SendingSnapshot sending -> Mode.SNAPSHOT;
        };
        long snapshot = progress.phase() instanceof SendingSnapshot sending ? sending.index() : 0;
        int window = progress.phase() instanceof Replicating replicating ? replicating.inflights().count() : 0;
        return "%s match=%d next=%d snapshot=%d paused=%b carries=%b active=%b window=%d %s".formatted(mode, progress.match(),
                progress.next(), snapshot, progress.isPaused(), progress.mayCarryEntries(), progress.isRecentlyActive(), window, bumps);
    }

    @Test
    void mapKeepsWhatIsKnownOfThoseWhoStay() {
        for (int round = 0; round < ROUNDS; round++) {
            ProgressMap map = ProgressMap.empty();
            var model = new TreeMap<Long, Progress>();
            for (int change = 0; change < 5; change++) {
                var members = ids();
                var dropped = ids();
                map = map.with(List.copyOf(members), dropped, id -> new Progress(id, id + 1, new Inflights(1, 0)));
                model.keySet().retainAll(members);
                model.keySet().removeAll(dropped);
                for (long id : members) {
                    Progress now = map.find(id).orElseThrow();
                    assertSame(model.computeIfAbsent(id, fresh -> now), now);
                    now.acknowledged(now.match() + random.nextInt(2));
                }
                assertSameMembers(model, map);
            }
        }
    }

    private TreeSet<Long> ids() {
        var ids = new TreeSet<Long>();
        for (int i = random.nextInt(6); i > 0; i--) {
            ids.add(1L + random.nextInt(8));
        }
        return ids;
    }

    private static void assertSameMembers(TreeMap<Long, Progress> model, ProgressMap map) {
        for (long id = 0; id < 10; id++) {
            assertEquals(Optional.ofNullable(model.get(id)), map.find(id));
            assertEquals(model.containsKey(id), map.contains(id));
            assertEquals(model.containsKey(id) ? model.get(id).match() : 0, map.match(id));
        }
        var all = new ArrayList<Long>();
        map.forEach((id, progress) -> all.add(id));
        assertEquals(List.copyOf(model.keySet()), all);
        var others = new ArrayList<Long>();
        map.forEachBut(3, (id, progress) -> others.add(id));
        all.remove(3L);
        assertEquals(all, others);
    }

    @Test
    void matchStaysBelowNext() {
        assertThrows(IllegalStateException.class, () -> new Progress(3, 3, new Inflights(1, 0)));
        var progress = new Progress(3, 9, new Inflights(1, 0));
        assertThrows(IllegalStateException.class, () -> progress.becomeSendingSnapshot(2));
    }
}
