package io.tenon.cluster;

import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.Reconfiguration;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.PeerProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A log that applies changes at once, and a leader whose knowledge the test decides. */
final class HandReconfiguration implements Reconfiguration {
    /** The step and the context of every change that was logged. */
    final List<String> logged = new ArrayList<>();
    /** Empty while this member does not lead. */
    Optional<LeaderProgress> progress = Optional.of(new LeaderProgress(0, new TreeMap<>()));
    private final Applier applier;

    /** Applies a change and answers. */
    interface Applier {
        void apply(ConfChange.Step step, String context, Reply<List<ClusterMember>> reply);
    }

    HandReconfiguration(Applier applier) {
        this.applier = applier;
    }

    /** Notes how far a member's log reaches. */
    void match(long member, long index) {
        SortedMap<Long, PeerProgress> members = new TreeMap<>(progress.orElseThrow().members());
        members.put(member, new PeerProgress(index, index + 1, PeerProgress.State.REPLICATING));
        progress = Optional.of(new LeaderProgress(progress.get().commit(), members));
    }

    @Override
    public void change(ConfChange.Step step, String context, Reply<List<ClusterMember>> reply) {
        logged.add(step.kind() + " " + context);
        applier.apply(step, context, reply);
    }

    @Override
    public void progress(Reply<LeaderProgress> reply) {
        progress.ifPresentOrElse(reply::accept, () -> reply.refuse(Refusals.NOT_LEADER));
    }
}
