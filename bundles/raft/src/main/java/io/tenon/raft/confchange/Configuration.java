package io.tenon.raft.confchange;

import io.tenon.api.consensus.ConfState;
import io.tenon.raft.quorum.Joint;
import io.tenon.raft.quorum.Majority;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who takes part, and how. Immutable.
 *
 * @param learners     receive entries and have no vote; never among the voters
 * @param learnersNext voters of the outgoing half that become learners when the joint configuration is left
 * @param autoLeave    the leader leaves the joint configuration by itself
 */
public record Configuration(Joint voters, List<Long> learners, List<Long> learnersNext, boolean autoLeave) {
    public static final Configuration EMPTY = of(ConfState.EMPTY);

    public Configuration {
        learners = ascending(learners);
        learnersNext = ascending(learnersNext);
        for (long id : learners) {
            check(!voters.contains(id), id, "is a learner and a voter");
        }
        for (long id : learnersNext) {
            check(voters.outgoing().contains(id), id, "is to become a learner and no outgoing voter");
            check(!learners.contains(id), id, "is to become a learner and one already");
        }
        if (voters.outgoing().isEmpty() && autoLeave) {
            throw new IllegalStateException("auto leave outside a joint configuration: voters=" + voters);
        }
    }

    private static List<Long> ascending(Collection<Long> ids) {
        return ids.isEmpty() ? List.of() : List.copyOf(new TreeSet<>(ids));
    }

    private static void check(boolean holds, long id, String complaint) {
        if (!holds) {
            throw new IllegalStateException("member " + Long.toUnsignedString(id) + " " + complaint);
        }
    }

    public static Configuration of(ConfState state) {
        var voters = new Joint(Majority.of(state.voters()), Majority.of(state.votersOutgoing()));
        return new Configuration(voters, state.learners(), state.learnersNext(), state.autoLeave());
    }

    /** Ids in etcd's order, as unsigned numbers: members compare the text of this, and Go etcd writes it too. */
    public ConfState toConfState() {
        return new ConfState(asUnsigned(voters.incoming().ids()), asUnsigned(learners), asUnsigned(voters.outgoing().ids()),
                asUnsigned(learnersNext), autoLeave);
    }

    private static List<Long> asUnsigned(List<Long> ids) {
        return ids.stream().sorted(Long::compareUnsigned).toList();
    }

    public boolean isJoint() {
        return !voters.outgoing().isEmpty();
    }

    public boolean isVoter(long id) {
        return voters.contains(id);
    }

    public boolean isLearner(long id) {
        return learners.contains(id);
    }

    public boolean isMember(long id) {
        return isVoter(id) || isLearner(id);
    }

    /** True when this member alone decides. */
    public boolean isSoleVoter(long id) {
        return !isJoint() && voters.incoming().size() == 1 && voters.incoming().contains(id);
    }

    /** Voters of both halves and learners, ascending. */
    public List<Long> members() {
        var all = new TreeSet<>(voters.union().ids());
        all.addAll(learners);
        return List.copyOf(all);
    }

    /** The way etcd prints it: {@code voters=(1 2)&&(1) learners=(3) learners_next=(1) autoleave}. */
    @Override
    public String toString() {
        return "voters=" + voters + named(" learners=", learners) + named(" learners_next=", learnersNext)
                + (autoLeave ? " autoleave" : "");
    }

    private static String named(String name, List<Long> ids) {
        return ids.isEmpty() ? "" : ids.stream().map(Long::toUnsignedString).collect(Collectors.joining(" ", name + "(", ")"));
    }
}
