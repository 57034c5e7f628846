package io.tenon.simulator.check;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** No two members apply different entries at one index, and each applies them one by one. Source: Raft, figure 3. */
public final class StateMachineSafety implements Invariant {
    private final Cluster cluster;
    /** The last entry handed over in this life of the process. */
    private final Map<Long, Long> last = new HashMap<>();

    public StateMachineSafety(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void ended(long member) {
        last.remove(member);
    }

    @Override
    public void restored(long member, Snapshot snapshot) {
        last.put(member, snapshot.index());
    }

    @Override
    public void committed(long member, List<Entry> entries) {
        for (Entry entry : entries) {
            long before = last.getOrDefault(member, entry.index() - 1);
            if (entry.index() != before + 1) {
                throw violated("member %x hands over entry %d after %d".formatted(member, entry.index(), before));
            }
            last.put(member, entry.index());
            Entry first = cluster.committedAt(entry.index()).entry();
            if (first.term() != entry.term() || LogModel.print(first) != LogModel.print(entry)) {
                throw violated("member %x applies entry %d of term %d; another applied one of term %d there".formatted(member, entry.index(),
                        entry.term(), first.term()));
            }
        }
    }
}
