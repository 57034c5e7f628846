package io.tenon.raft.confchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfChange.Kind;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.consensus.ConfChange.Transition;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.EntryType;
import io.tenon.raft.quorum.Joint;
import io.tenon.raft.quorum.Majority;
import io.tenon.raft.quorum.Vote;
import io.tenon.raft.quorum.VoteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

/** Configuration changes: the ways to one goal agree, and no two configurations in a row can decide against each other. */
class ConfChangePropertyTest {
    private static final int ROUNDS = 5_000;
    private static final int MOST_ID = 5;

    private final Random random = new Random(5);

    @Test
    void jointChangeEndsWhereSimpleStepsEnd() {
        int compared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Configuration start = configuration();
            List<Step> steps = steps();
            Optional<Configuration> bySteps = oneByOne(start, steps);
            if (bySteps.isPresent()) {
                compared++;
                Configuration joint = ConfChanger.enterJoint(start, random.nextBoolean(), steps).configuration();
                assertEquals(bySteps.get(), ConfChanger.leaveJoint(joint).configuration(), () -> start + " " + steps);
                assertEquals(start.voters().incoming(), joint.voters().outgoing());
            }
        }
        assertTrue(compared > ROUNDS / 4, "only " + compared + " of " + ROUNDS);
    }

    @Test
    void consecutiveConfigurationsNeverDecideApart() {
        for (int round = 0; round < ROUNDS; round++) {
            Configuration before = configuration();
            var change = new ConfChange(false, 0, Transition.AUTO, steps(), ByteString.EMPTY);
            try {
                Configuration after = ConfChanger.apply(before, change).configuration();
                assertQuorumsMeet(before.voters(), after.voters());
                if (after.isJoint()) {
                    assertQuorumsMeet(after.voters(), ConfChanger.leaveJoint(after).configuration().voters());
                }
            } catch (ConfChangeException refused) {
                assertEquals("removed all voters", refused.getMessage());
            }
        }
    }

    /** A member is a voter, a learner or nothing; a voter of before keeps its vote until the joint configuration is left. */
    @Test
    void stepsDoWhatAMapOfRolesSays() {
        for (int round = 0; round < ROUNDS; round++) {
            Configuration before = configuration();
            List<Step> steps = steps();
            var votes = new TreeMap<Long, Boolean>();
            before.voters().incoming().ids().forEach(id -> votes.put(id, true));
            before.learners().forEach(id -> votes.put(id, false));
            Set<Long> stay = new TreeSet<>(before.voters().incoming().ids());
            var dropped = new TreeSet<Long>();
            for (Step step : steps) {
                if (step.nodeId() != 0) {
                    switch (step.kind()) {
                        case ADD_VOTER -> votes.put(step.nodeId(), true);
                        case ADD_LEARNER -> votes.put(step.nodeId(), false);
                        case REMOVE -> {
                            if (votes.remove(step.nodeId()) != null && !stay.contains(step.nodeId())) {
                                dropped.add(step.nodeId());
                            }
                        }
                        case UPDATE -> { }
                    }
                }
            }
            if (!votes.containsValue(true)) {
                assertThrows(ConfChangeException.class, () -> ConfChanger.enterJoint(before, true, steps));
                continue;
            }
            ConfChanger.Changed joint = ConfChanger.enterJoint(before, true, steps);
            List<Long> voters = ids(votes, id -> votes.get(id));
            var expected = new ConfState(voters, ids(votes, id -> !votes.get(id) && !stay.contains(id)), List.copyOf(stay),
                    ids(votes, id -> !votes.get(id) && stay.contains(id)), true);
            assertEquals(expected, joint.configuration().toConfState(), () -> before + " " + steps);
            assertEquals(dropped, joint.dropped(), () -> before + " " + steps);
            assertEquals(new ConfState(voters, ids(votes, id -> !votes.get(id)), List.of(), List.of(), false),
                    ConfChanger.leaveJoint(joint.configuration()).configuration().toConfState());
        }
    }

    private static List<Long> ids(TreeMap<Long, Boolean> votes, LongPredicate wanted) {
        return votes.keySet().stream().filter(wanted::test).toList();
    }

    @Test
    void configurationSurvivesItsConfState() {
        for (int round = 0; round < ROUNDS; round++) {
            Configuration configuration = configuration();
            assertEquals(configuration, Configuration.of(configuration.toConfState()));
        }
    }

    @Test
    void changeSurvivesItsEntry() {
        for (int round = 0; round < ROUNDS; round++) {
            var context = ByteString.copyFromUtf8("c".repeat(random.nextInt(3)));
            boolean v1 = random.nextBoolean();
            var change = v1 ? new ConfChange(true, random.nextInt(9), Transition.AUTO, List.of(step()), context)
                    : new ConfChange(false, 0, Transition.values()[random.nextInt(3)], steps(), context);
            EntryType type = ConfChangeCodec.typeOf(change);
            assertEquals(change, ConfChangeCodec.decode(type, ConfChangeCodec.encode(change)));
        }
    }

    @Test
    void memberThatWasRemovedAndCameBackBeginsAnew() {
        Configuration before = Configuration.of(new ConfState(List.of(1L, 2L), List.of(3L), List.of(), List.of(), false));
        var steps = List.of(new Step(Kind.REMOVE, 3), new Step(Kind.ADD_LEARNER, 3));
        assertTrue(ConfChanger.simple(before, steps).dropped().contains(3L));
    }

    @Test
    void learnerAmongTheVotersIsNoConfiguration() {
        var state = new ConfState(List.of(1L, 2L), List.of(2L), List.of(), List.of(), false);
        assertThrows(IllegalStateException.class, () -> Configuration.of(state));
    }

    private Configuration configuration() {
        var voters = new ArrayList<Long>();
        var learners = new ArrayList<Long>();
        for (long id = 1; id <= MOST_ID; id++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> voters.add(id);
                case 2 -> learners.add(id);
                default -> { }
            }
        }
        if (voters.isEmpty()) {
            voters.add(MOST_ID + 1L);
        }
        return Configuration.of(new ConfState(voters, learners, List.of(), List.of(), false));
    }

    private List<Step> steps() {
        var steps = new ArrayList<Step>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            steps.add(step());
        }
        return steps;
    }

    private Step step() {
        return new Step(Kind.values()[random.nextInt(Kind.values().length)], random.nextInt(MOST_ID + 1));
    }

    private static Optional<Configuration> oneByOne(Configuration start, List<Step> steps) {
        Configuration configuration = start;
        try {
            for (Step step : steps) {
                configuration = ConfChanger.simple(configuration, List.of(step)).configuration();
            }
            return Optional.of(configuration);
        } catch (ConfChangeException refused) {
            return Optional.empty();
        }
    }

    /** If one set of voters wins in the one configuration, the rest cannot win in the other. */
    private static void assertQuorumsMeet(Joint one, Joint other) {
        for (int set = 0; set < 1 << MOST_ID + 2; set++) {
            int yes = set;
            boolean first = one.result(id -> (yes >> id & 1) == 1 ? Vote.YES : Vote.NO) == VoteResult.WON;
            boolean second = other.result(id -> (yes >> id & 1) == 0 ? Vote.YES : Vote.NO) == VoteResult.WON;
            assertTrue(!first || !second, () -> one + " and " + other + " decide apart with " + Integer.toBinaryString(yes));
        }
    }

    @Test
    void emptyMajorityAloneWouldLetEverythingPass() {
        assertThrows(ConfChangeException.class, () -> ConfChanger.enterJoint(Configuration.EMPTY, false, steps()));
        assertEquals(Majority.UNBOUNDED, Configuration.EMPTY.voters().committedIndex(id -> 0));
    }
}
