package io.tenon.raft.confchange;

import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.api.consensus.ConfChange.Transition;
import io.tenon.raft.quorum.Joint;
import io.tenon.raft.quorum.Majority;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes the next configuration from the present one (thesis chapter 4). A changer serves one change.
 *
 * <p>A step on member 0 does nothing: that is how an application refuses a change after it was logged.
 */
public final class ConfChanger {

    /**
     * What a change leads to.
     *
     * @param dropped members that were out of the configuration at some moment of the change: what was known of their logs is void, also
     *                when they came back in the same change
     */
    public record Changed(Configuration configuration, Set<Long> dropped) {
    }

    private final Configuration before;
    private final Set<Long> incoming;
    private final Set<Long> outgoing;
    private final Set<Long> learners;
    private final Set<Long> learnersNext;
    private final Set<Long> dropped = new TreeSet<>();

    private ConfChanger(Configuration before) {
        this.before = before;
        incoming = new TreeSet<>(before.voters().incoming().ids());
        outgoing = new TreeSet<>(before.voters().outgoing().ids());
        learners = new TreeSet<>(before.learners());
        learnersNext = new TreeSet<>(before.learnersNext());
    }

    /** Carries out a change in the way its transition and its number of steps ask for. */
    public static Changed apply(Configuration before, ConfChange change) {
        if (isLeave(change)) {
            return leaveJoint(before);
        }
        if (change.transition() != Transition.AUTO || change.steps().size() > 1) {
            return enterJoint(before, change.transition() != Transition.JOINT_EXPLICIT, change.steps());
        }
        return simple(before, change.steps());
    }

    /** True for the change that leaves a joint configuration. */
    public static boolean isLeave(ConfChange change) {
        return change.transition() == Transition.AUTO && change.steps().isEmpty();
    }

    /** Enters a joint configuration: the present voters become its outgoing half, the steps make the incoming one. */
    public static Changed enterJoint(Configuration before, boolean autoLeave, List<Step> steps) {
        if (before.isJoint()) {
            throw new ConfChangeException("config is already joint");
        }
        if (before.voters().incoming().isEmpty()) {
            // An empty half agrees with everything, so nothing would be protected while the first voters come in.
            throw new ConfChangeException("can't make a zero-voter config joint");
        }
        var changer = new ConfChanger(before);
        changer.outgoing.addAll(changer.incoming);
        changer.run(steps);
        return changer.finish(autoLeave);
    }

    /** Leaves a joint configuration: the outgoing half is gone, and its voters that were to become learners do. */
    public static Changed leaveJoint(Configuration before) {
        if (!before.isJoint()) {
            throw new ConfChangeException("can't leave a non-joint config");
        }
        var changer = new ConfChanger(before);
        changer.learners.addAll(changer.learnersNext);
        changer.learnersNext.clear();
        changer.outgoing.clear();
        return changer.finish(false);
    }

    /** A change of at most one voter, which needs no joint configuration: old and new majorities always overlap. */
    public static Changed simple(Configuration before, List<Step> steps) {
        if (before.isJoint()) {
            throw new ConfChangeException("can't apply simple config change in joint config");
        }
        var changer = new ConfChanger(before);
        changer.run(steps);
        if (changer.votersChanged() > 1) {
            throw new ConfChangeException("more than one voter changed without entering joint config");
        }
        return changer.finish(false);
    }

    private void run(List<Step> steps) {
        for (Step step : steps) {
            if (step.nodeId() == 0) {
                continue;
            }
            switch (step.kind()) {
                case ADD_VOTER -> addVoter(step.nodeId());
                case ADD_LEARNER -> addLearner(step.nodeId());
                case REMOVE -> remove(step.nodeId());
                case UPDATE -> { }
            }
        }
        if (incoming.isEmpty()) {
            throw new ConfChangeException("removed all voters");
        }
    }

    private void addVoter(long id) {
        learners.remove(id);
        learnersNext.remove(id);
        incoming.add(id);
    }

    /** A voter of the outgoing half keeps its vote there, so it cannot be a learner before the joint configuration is left. */
    private void addLearner(long id) {
        if (learners.contains(id)) {
            return;
        }
        incoming.remove(id);
        (outgoing.contains(id) ? learnersNext : learners).add(id);
    }

    private void remove(long id) {
        boolean wasMember = incoming.remove(id) | learners.remove(id) | learnersNext.remove(id);
        if (wasMember && !outgoing.contains(id)) {
            dropped.add(id);
        }
    }

    private long votersChanged() {
        Majority old = before.voters().incoming();
        return incoming.stream().filter(id -> !old.contains(id)).count() + old.ids().stream().filter(id -> !incoming.contains(id)).count();
    }

    private Changed finish(boolean autoLeave) {
        var voters = new Joint(Majority.of(incoming), Majority.of(outgoing));
        return new Changed(new Configuration(voters, List.copyOf(learners), List.copyOf(learnersNext), autoLeave), dropped);
    }
}
