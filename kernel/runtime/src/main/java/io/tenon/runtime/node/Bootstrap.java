package io.tenon.runtime.node;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.runtime.apply.ConfChanges;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogSession;
import io.tenon.wire.raftpb.ConfChangeType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The first entries of a new cluster: one configuration change per member, in term 1, committed; as etcd writes them. */
final class Bootstrap {
    private static final long FIRST_TERM = 1;

    private final NodeConfig config;

    Bootstrap(NodeConfig config) {
        this.config = config;
    }

    /** Ids from the initial cluster; the same on every member that is given the same flags. */
    private LogIdentity identity() {
        Map<Long, ClusterMember> members = members();
        long own = members.values().stream().filter(member -> member.name().equals(config.name())).findFirst()
                .orElseThrow(() -> new IllegalStateException("couldn't find local name \"" + config.name()
                        + "\" in the initial cluster configuration")).id();
        return new LogIdentity(own, MemberIds.ofCluster(members.keySet()));
    }

    /** Members by id, ascending as unsigned numbers. */
    private Map<Long, ClusterMember> members() {
        Map<Long, ClusterMember> members = new TreeMap<>(Long::compareUnsigned);
        config.bootstrap().initialCluster().forEach((name, urls) -> {
            List<String> peerUrls = urls.stream().map(URI::toString).toList();
            long id = MemberIds.ofBootstrap(peerUrls, config.bootstrap().token());
            members.put(id, ClusterMember.ofBootstrap(id, name, List.copyOf(new TreeSet<>(peerUrls))));
        });
        return members;
    }

    /** What the log of a member of a new cluster begins with. */
    LogBeginning beginning() {
        List<Entry> entries = new ArrayList<>();
        for (ClusterMember member : members().values()) {
            entries.add(new Entry(FIRST_TERM, entries.size() + 1, EntryType.CONF_CHANGE, addition(member)));
        }
        return new LogBeginning(identity(), entries, new HardState(FIRST_TERM, 0, entries.size()));
    }

    private static ByteString addition(ClusterMember member) {
        return io.tenon.wire.raftpb.ConfChange.newBuilder().setId(0).setType(ConfChangeType.ConfChangeAddNode).setNodeId(member.id())
                .setContext(ByteString.copyFromUtf8(MemberJson.write(member))).build().toByteString();
    }

    /**
     * The configuration of a log of which nothing was applied yet: what its leading changes say. They are committed from the start, and
     * applying them again has no effect.
     */
    static ConfState initialConfState(LogSession log, long commit) throws LogException {
        TreeSet<Long> voters = new TreeSet<>(Long::compareUnsigned);
        long last = Math.min(commit, log.lastIndex());
        for (long index = 1; log.firstIndex() == 1 && index <= last; index++) {
            Entry entry = log.read(index, index + 1, Long.MAX_VALUE).getFirst();
            if (entry.type() != EntryType.CONF_CHANGE) {
                break;
            }
            ConfChange.Step step = ConfChanges.parse(entry).steps().getFirst();
            if (step.kind() == ConfChange.Kind.ADD_VOTER) {
                voters.add(step.nodeId());
            }
        }
        return ConfState.ofVoters(List.copyOf(voters));
    }
}
