package io.tenon.runtime.bootstrap;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogIdentity;
import io.tenon.wire.raftpb.ConfChangeType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The first entries of a new cluster: one configuration change per member, in term 1, committed; as etcd writes them. Every member that is given
 * the same flags makes the same, so they need not ask one another.
 */
public final class NewCluster implements Beginning {
    private static final long FIRST_TERM = 1;

    private final NodeConfig config;

    public NewCluster(NodeConfig config) {
        this.config = config;
    }

    /** Members by id, ascending as unsigned numbers. */
    List<ClusterMember> members() {
        Map<Long, ClusterMember> members = new TreeMap<>(Long::compareUnsigned);
        config.bootstrap().initialCluster().forEach((name, urls) -> {
            List<String> peerUrls = urls.stream().map(URI::toString).toList();
            long id = MemberIds.ofBootstrap(peerUrls, config.bootstrap().token());
            members.put(id, ClusterMember.ofBootstrap(id, name, List.copyOf(new TreeSet<>(peerUrls))));
        });
        return List.copyOf(members.values());
    }

    /** The member that these flags make of this process. */
    ClusterMember self() {
        return members().stream().filter(member -> member.name().equals(config.name())).findFirst()
                .orElseThrow(() -> new IllegalStateException("couldn't find local name \"" + config.name()
                        + "\" in the initial cluster configuration"));
    }

    @Override
    public LogBeginning decide() {
        List<ClusterMember> members = members();
        List<Entry> entries = new ArrayList<>();
        for (ClusterMember member : members) {
            entries.add(new Entry(FIRST_TERM, entries.size() + 1, EntryType.CONF_CHANGE, addition(member)));
        }
        LogIdentity identity = new LogIdentity(self().id(), MemberIds.ofCluster(members.stream().map(ClusterMember::id).toList()));
        return new LogBeginning(identity, entries, new HardState(FIRST_TERM, 0, entries.size()));
    }

    /** The first entries of its log say who the others are. */
    @Override
    public void resume(LogIdentity identity) {
        // Nothing has to be found.
    }

    /** The bytes of a change that adds a voter, as nobody proposed it. */
    static ByteString addition(ClusterMember member) {
        return io.tenon.wire.raftpb.ConfChange.newBuilder().setId(0).setType(ConfChangeType.ConfChangeAddNode).setNodeId(member.id())
                .setContext(ByteString.copyFromUtf8(MemberJson.write(member))).build().toByteString();
    }
}
