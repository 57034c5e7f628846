package io.tenon.simulator.fault;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Proposal;
import io.tenon.simulator.check.Cluster;
import io.tenon.simulator.check.Invariant;
import io.tenon.simulator.member.Member;
import io.tenon.simulator.member.Members;
import io.tenon.simulator.member.Process;
import io.tenon.simulator.member.World;
import io.tenon.simulator.world.Chance;
import io.tenon.wire.raftpb.ConfChange;
import io.tenon.wire.raftpb.ConfChangeSingle;
import io.tenon.wire.raftpb.ConfChangeTransition;
import io.tenon.wire.raftpb.ConfChangeType;
import io.tenon.wire.raftpb.ConfChangeV2;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Members come and go. Only changes that go through the log count: who was added is started when some member has applied that, and who was
 * removed ends when the leader's configuration, and that of a majority of those who stay, is without it.
 */
public final class Churn implements Invariant {
    private static final long MILLISECOND = 1_000_000;
    private static final long MEAN_NANOS = 500 * MILLISECOND;
    private static final int MOST_MEMBERS = 9;
    private static final int FEWEST_VOTERS = 1;

    private final World world;
    private final Members members;
    private final Chance chance;
    private final TreeSet<Long> awaited = new TreeSet<>();
    private final TreeSet<Long> leaving = new TreeSet<>();

    public Churn(World world, Members members, Chance chance) {
        this.world = world;
        this.members = members;
        this.chance = chance;
    }

    private Cluster cluster() {
        return world.witness().cluster();
    }

    private Optional<ConfState> leadersConfiguration() {
        return members.leader().map(leader -> cluster().member(leader.id()).configuration());
    }

    void add(Chance draw) {
        if (members.staying().size() >= MOST_MEMBERS) {
            return;
        }
        Member joining = members.join();
        awaited.add(joining.id());
        boolean learner = draw.happens(0.5);
        ConfChange change = ConfChange.newBuilder().setType(learner ? ConfChangeType.ConfChangeAddLearnerNode : ConfChangeType.ConfChangeAddNode)
                .setNodeId(joining.id()).setContext(json(joining, learner)).build();
        propose(EntryType.CONF_CHANGE, change.toByteString());
    }

    private static ByteString json(Member member, boolean learner) {
        return ByteString.copyFromUtf8(MemberJson.write(new ClusterMember(member.id(), member.peerUrls(), learner, "", List.of())));
    }

    void promote(Chance draw) {
        List<Long> learners = leadersConfiguration().map(ConfState::learners).orElse(List.of());
        if (!learners.isEmpty()) {
            long learner = draw.of(learners);
            propose(EntryType.CONF_CHANGE, ConfChange.newBuilder().setType(ConfChangeType.ConfChangeAddNode).setNodeId(learner)
                    .setContext(ByteString.copyFromUtf8(MemberJson.writePromotion(learner))).build().toByteString());
        }
    }

    void remove(Chance draw) {
        Optional<ConfState> configuration = leadersConfiguration().filter(now -> now.voters().size() > FEWEST_VOTERS + 1);
        if (configuration.isPresent()) {
            List<Long> candidates = new ArrayList<>(configuration.get().voters());
            candidates.addAll(configuration.get().learners());
            long gone = draw.of(candidates);
            leaving.add(gone);
            propose(EntryType.CONF_CHANGE, ConfChange.newBuilder().setType(ConfChangeType.ConfChangeRemoveNode).setNodeId(gone).build().toByteString());
        }
    }

    /** Several at once: a voter or two go, one or two come, some only change their kind. */
    void changeJointly(Chance draw) {
        Optional<ConfState> configuration = leadersConfiguration();
        if (configuration.isEmpty()) {
            return;
        }
        ConfState now = configuration.get();
        if (!now.votersOutgoing().isEmpty()) {
            leaveJoint();
            return;
        }
        ConfChangeV2.Builder change = ConfChangeV2.newBuilder().setTransition(draw.happens(0.6) ? ConfChangeTransition.ConfChangeTransitionAuto
                : ConfChangeTransition.ConfChangeTransitionJointExplicit);
        List<Long> voters = new ArrayList<>(now.voters());
        int staying = voters.size();
        for (Long voter : voters) {
            if (staying > FEWEST_VOTERS + 1 && draw.happens(0.3)) {
                staying--;
                boolean demoted = draw.happens(0.5);
                change.addChanges(single(demoted ? ConfChangeType.ConfChangeAddLearnerNode : ConfChangeType.ConfChangeRemoveNode, voter));
                if (!demoted) {
                    leaving.add(voter);
                }
            }
        }
        now.learners().stream().filter(learner -> draw.happens(0.6)).forEach(learner -> change.addChanges(single(ConfChangeType.ConfChangeAddNode, learner)));
        if (members.staying().size() < MOST_MEMBERS && draw.happens(0.6)) {
            Member joining = members.join();
            awaited.add(joining.id());
            change.addChanges(single(ConfChangeType.ConfChangeAddNode, joining.id()));
        }
        if (change.getChangesCount() > 0) {
            propose(EntryType.CONF_CHANGE_V2, change.build().toByteString());
        }
    }

    private static ConfChangeSingle single(ConfChangeType type, long id) {
        return ConfChangeSingle.newBuilder().setType(type).setNodeId(id).build();
    }

    private void leaveJoint() {
        propose(EntryType.CONF_CHANGE_V2, ByteString.EMPTY);
    }

    private void propose(EntryType type, ByteString data) {
        Optional<Process> leader = members.leader().flatMap(Member::process);
        leader.ifPresent(up -> up.call(() -> up.consensus().propose(new Change(type, data))));
    }

    @Override
    public void configured(long member, long index, ConfState configuration) {
        configuration.voters().forEach(this::startSoon);
        configuration.learners().forEach(this::startSoon);
        if (!leaving.isEmpty()) {
            world.schedule().after(chance.exponentialNanos(MEAN_NANOS), this::letGo);
        }
    }

    private void startSoon(long id) {
        if (awaited.remove(id)) {
            members.find(id).ifPresent(member -> world.schedule().after(chance.exponentialNanos(MEAN_NANOS), member::start));
        }
    }

    /** Those whom the configuration of the leader, and of a majority of those who stay, does not know any more. */
    private void letGo() {
        Optional<ConfState> configuration = leadersConfiguration();
        if (configuration.isEmpty() || configuration.get().voters().isEmpty()) {
            return;
        }
        for (long id : List.copyOf(leaving)) {
            if (!knows(configuration.get(), id) && isUnknownToMajority(configuration.get().voters(), id)) {
                leaving.remove(id);
                members.find(id).ifPresent(Member::leave);
            }
        }
    }

    /** Whoever has not applied the change needs the votes of those who go: if these ended at once, nobody could ever lead, here as in etcd. */
    private boolean isUnknownToMajority(List<Long> staying, long id) {
        long informed = staying.stream().map(voter -> cluster().member(voter).configuration())
                .filter(configuration -> !configuration.voters().isEmpty() && !knows(configuration, id)).count();
        return informed > staying.size() / 2;
    }

    private static boolean knows(ConfState configuration, long id) {
        return configuration.voters().contains(id) || configuration.votersOutgoing().contains(id) || configuration.learners().contains(id)
                || configuration.learnersNext().contains(id);
    }

    /** Nobody comes or goes any more, a change of several steps is brought to its end, and every member is up. */
    void finish() {
        tidy();
    }

    private void tidy() {
        if (leadersConfiguration().filter(now -> !now.votersOutgoing().isEmpty() && !now.autoLeave()).isPresent()) {
            leaveJoint();
        }
        letGo();
        members.staying().stream().filter(member -> !awaited.contains(member.id())).forEach(Member::start);
        world.schedule().after(MEAN_NANOS, this::tidy);
    }

    /** Members that are to hold everything in the end: those the leader knows. */
    public List<Member> expected() {
        return leadersConfiguration().map(now -> members.all().stream().filter(member -> knows(now, member.id())).toList()).orElse(List.of());
    }

    /** A change on its way; nobody waits for it. */
    private record Change(EntryType type, ByteString data) implements Proposal {

        @Override
        public void accepted(LogMark mark) {
            // What becomes of it is seen when it is applied.
        }

        @Override
        public void dropped(DropReason reason) {
            // The next one may have better luck.
        }
    }
}
