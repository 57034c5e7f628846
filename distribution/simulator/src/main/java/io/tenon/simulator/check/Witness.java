package io.tenon.simulator.check;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogAppend;
import java.util.ArrayList;
import java.util.List;

/** Passes what is seen of one member to all invariants, in their order. */
public final class Witness {
    private final Cluster cluster;
    private final List<Invariant> invariants = new ArrayList<>();

    public Witness(Cluster cluster) {
        this.cluster = cluster;
        invariants.add(cluster);
    }

    public Cluster cluster() {
        return cluster;
    }

    public void add(Invariant invariant) {
        invariants.add(invariant);
    }

    public void started(long member) {
        invariants.forEach(each -> each.started(member));
    }

    public void ended(long member) {
        invariants.forEach(each -> each.ended(member));
    }

    public void accepted(long member, LogAppend append) {
        invariants.forEach(each -> each.accepted(member, append));
    }

    public void durable(long member, LogAppend append) {
        invariants.forEach(each -> each.durable(member, append));
    }

    public void sent(long member, Message message) {
        invariants.forEach(each -> each.sent(member, message));
    }

    public void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
        invariants.forEach(each -> each.statusChanged(member, before, now));
    }

    public void committed(long member, List<Entry> entries) {
        invariants.forEach(each -> each.committed(member, entries));
    }

    public void restored(long member, Snapshot snapshot) {
        invariants.forEach(each -> each.restored(member, snapshot));
    }

    public void resumed(long member, long index, ConfState configuration) {
        invariants.forEach(each -> each.resumed(member, index, configuration));
    }

    public void configured(long member, long index, ConfState configuration) {
        invariants.forEach(each -> each.configured(member, index, configuration));
    }
}
