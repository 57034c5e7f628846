package io.tenon.cluster;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.consensus.ConfState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the log says about the cluster at one index. Immutable: the apply loop replaces it, every thread may read it.
 *
 * @param members   by ascending unsigned id; {@code members} and {@code removed} have no id in common
 * @param removed   ids that may never come back
 * @param confState the configuration that consensus holds
 */
record Membership(List<ClusterMember> members, SortedSet<Long> removed, Optional<ClusterVersion> clusterVersion, Downgrade downgrade,
                  ConfState confState) {
    static final Membership NONE =
            new Membership(List.of(), new TreeSet<>(), Optional.empty(), Downgrade.NONE, ConfState.EMPTY);

    Membership {
        members = sorted(members);
        TreeSet<Long> ids = new TreeSet<>(Long::compareUnsigned);
        ids.addAll(removed);
        removed = Collections.unmodifiableSortedSet(ids);
        for (ClusterMember member : members) {
            if (removed.contains(member.id())) {
                throw new IllegalStateException("member " + member + " is removed and present");
            }
        }
    }

    /** A running or finished downgrade of the cluster's version. */
    record Downgrade(String targetVersion, boolean enabled) {
        static final Downgrade NONE = new Downgrade("", false);
    }

    Optional<ClusterMember> member(long id) {
        return members.stream().filter(member -> member.id() == id).findFirst();
    }

    /** The member other than {@code id} that uses one of these URLs. */
    Optional<ClusterMember> otherUserOf(Collection<String> peerUrls, long id) {
        return members.stream()
                .filter(member -> member.id() != id && !Collections.disjoint(member.peerUrls(), peerUrls)).findFirst();
    }

    /** Members that have a vote, learners left out. */
    List<ClusterMember> voters() {
        return members.stream().filter(member -> !member.learner()).toList();
    }

    long learners() {
        return members.stream().filter(ClusterMember::learner).count();
    }

    /** This with a new member, or with one that is changed. */
    Membership with(ClusterMember member) {
        List<ClusterMember> others = without(member.id());
        others.add(member);
        return new Membership(others, removed, clusterVersion, downgrade, confState);
    }

    Membership withRemoved(long id) {
        SortedSet<Long> all = new TreeSet<>(removed);
        all.add(id);
        return new Membership(without(id), all, clusterVersion, downgrade, confState);
    }

    Membership with(ClusterVersion version) {
        return new Membership(members, removed, Optional.of(version), downgrade, confState);
    }

    Membership with(Downgrade to) {
        return new Membership(members, removed, clusterVersion, to, confState);
    }

    Membership with(ConfState to) {
        return new Membership(members, removed, clusterVersion, downgrade, to);
    }

    private List<ClusterMember> without(long id) {
        List<ClusterMember> others = new ArrayList<>(members);
        others.removeIf(member -> member.id() == id);
        return others;
    }

    private static List<ClusterMember> sorted(List<ClusterMember> members) {
        return members.stream().sorted(Comparator.comparing(ClusterMember::id, Long::compareUnsigned)).toList();
    }
}
