package io.tenon.simulator.check;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.runtime.proposal.RequestCodec;
import io.tenon.simulator.model.KeyModel;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.ArrayList;
import java.util.List;

/** The model of the keyspace, which follows what is committed, and where its revision stood at each index. */
public final class History implements Invariant {
    private final KeyModel model = new KeyModel();
    private final List<Long> revisions = new ArrayList<>(List.of(1L));
    private final LeasesNotRevokedEarly leases;
    private final Cluster cluster;

    public History(Cluster cluster, LeasesNotRevokedEarly leases) {
        this.cluster = cluster;
        this.leases = leases;
    }

    public KeyModel model() {
        return model;
    }

    /** The revision after an entry. */
    public long revisionAt(long index) {
        return revisions.get((int) index);
    }

    @Override
    public void committed(long member, List<Entry> entries) {
        while (revisions.size() <= cluster.lastCommitted()) {
            apply(cluster.committedAt(revisions.size()).entry());
            revisions.add(model.revision());
        }
    }

    private void apply(Entry entry) {
        if (entry.type() != EntryType.NORMAL || entry.data().isEmpty()) {
            return;
        }
        InternalRaftRequest request = RequestCodec.parse(entry.data());
        if (request.hasLeaseRevoke() && model.hasLease(request.getLeaseRevoke().getID())) {
            leases.revoked(request.getLeaseRevoke().getID(), entry);
        }
        model.apply(request);
    }
}
