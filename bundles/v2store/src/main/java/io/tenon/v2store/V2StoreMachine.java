package io.tenon.v2store;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.config.Compat;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Handover;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.RequestKind;
import io.tenon.spi.state.StateMachine;
import io.tenon.spi.state.V2Port;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.wire.etcdserverpb.EmptyResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tree of the v2 API as a part of the replicated state. Raw requests whose path is the membership's are handed on to it; the others change
 * the tree, which is kept in rows, because a node starts again from what its engine has, and not from the snapshot's message as etcd does.
 */
@Component(service = StateMachine.class, immediate = true)
public final class V2StoreMachine implements StateMachine, V2Port {
    private static final Logger LOG = LoggerFactory.getLogger(V2StoreMachine.class);
    private static final int HANDOVER_FORMAT = 1;
    private static final String MEMBERSHIP = "/0/";
    private static final long SYNC_NANOS = Duration.ofMillis(500).toNanos();

    private final Proposals proposals;
    private final LongSupplier wallNanos;
    private final boolean mayPropose;
    private final Tree tree = new Tree();
    private final Requests requests = new Requests(tree);
    private boolean leads;
    private boolean syncing;
    private long syncAtNanos;

    @Activate
    public V2StoreMachine(@Reference(target = Slot.TARGET) Proposals proposals, @Reference NodeConfig config) {
        this(proposals, config.compat(), () -> Duration.ofMillis(System.currentTimeMillis()).toNanos());
    }

    /** @param wallNanos time of day; what the leader proposes as the time up to which nodes expire, and nothing else */
    public V2StoreMachine(Proposals proposals, Compat compat, LongSupplier wallNanos) {
        this.proposals = proposals;
        this.wallNanos = wallNanos;
        // From 3.6 on there are no raw requests any more.
        mayPropose = !compat.atLeast(Compat.V3_6);
    }

    @Override
    public String id() {
        return "v2store";
    }

    @Override
    public int order() {
        return 15;
    }

    @Override
    public Set<RequestKind> kinds() {
        return Set.of(RequestKind.V2);
    }

    @Override
    public Set<Bucket> buckets() {
        return Set.of(Bucket.TENON_V2);
    }

    @Override
    public void restore(EngineView view, Ports ports) {
        tree.clear();
        view.scanVerified(Bucket.TENON_V2, (key, value) -> {
            load(key, value);
            return true;
        });
    }

    private void load(byte[] key, byte[] value) {
        if (Arrays.equals(key, NodeRow.INDEX_KEY)) {
            tree.index(NodeRow.readIndex(value));
        } else {
            tree.load(NodeRow.read(key, value));
        }
    }

    /** A message whose store is further than the rows comes from a member that keeps the tree nowhere else. */
    @Override
    public void restoreFromSnapshot(ApplyContext context, ByteString data) {
        if (data.isEmpty()) {
            return;
        }
        List<Node> nodes = new ArrayList<>();
        long index = StoreJson.read(data.toStringUtf8(), nodes::add);
        if (Long.compareUnsigned(index, tree.index()) <= 0) {
            return;
        }
        Changes rows = new Changes(context);
        tree.root().children().forEach(space -> remove(space, rows));
        tree.clear();
        for (Node node : nodes) {
            tree.load(node);
            rows.written(node);
        }
        index(context, index);
        LOG.info("v2 tree taken from a snapshot's message index={} nodes={}", index, nodes.size());
    }

    private static void remove(Node node, Changes rows) {
        node.children().forEach(child -> remove(child, rows));
        rows.removed(node);
    }

    @Override
    public Object apply(ApplyContext context, RequestKind kind, InternalRaftRequest request) {
        if (kind != RequestKind.V2) {
            throw new IllegalStateException("entry of kind " + kind + " given to v2store");
        }
        Request v2 = request.getV2();
        if (v2.getPath().startsWith(MEMBERSHIP)) {
            return context.ports().membership().applyV2(context, v2);
        }
        long before = tree.index();
        Object answer = requests.apply(v2, new Changes(context));
        if (tree.index() != before) {
            index(context, tree.index());
        }
        return answer;
    }

    private void index(ApplyContext context, long index) {
        tree.index(index);
        context.put(Bucket.TENON_V2, NodeRow.INDEX_KEY, NodeRow.index(index));
    }

    /** Puts what changed in the tree into rows. */
    private record Changes(ApplyContext context) implements Tree.Changes {

        @Override
        public void written(Node node) {
            context.put(Bucket.TENON_V2, NodeRow.key(node), NodeRow.value(node));
        }

        @Override
        public void removed(Node node) {
            context.delete(Bucket.TENON_V2, NodeRow.key(node));
        }
    }

    @Override
    public long index() {
        return tree.index();
    }

    @Override
    public void mirrored(ApplyContext context, int changes) {
        index(context, tree.index() + changes);
    }

    @Override
    public SortedMap<String, String> snapshotNodes() {
        SortedMap<String, String> nodes = new TreeMap<>();
        if (!tree.isEmpty()) {
            tree.root().children().forEach(space -> nodes.put(Paths.name(space.path), StoreJson.write(space)));
        }
        return nodes;
    }

    /** The leader alone lets nodes expire, through the log, by its clock. */
    @Override
    public void tick(ApplyContext context, long nowNanos) {
        if (!leads || !mayPropose || syncing || !tree.hasExpiring() || nowNanos - syncAtNanos < 0) {
            return;
        }
        syncAtNanos = nowNanos + SYNC_NANOS;
        syncing = true;
        Request sync = Request.newBuilder().setMethod("SYNC").setTime(wallNanos.getAsLong()).build();
        proposals.propose(InternalRaftRequest.newBuilder().setV2(sync).build(), new Reply<EmptyResponse>() {

            @Override
            public void accept(EmptyResponse done) {
                syncing = false;
            }

            @Override
            public void refuse(Refusal refusal) {
                LOG.warn("expiry of v2 nodes refused, will try again reason=\"{}\"", refusal.text());
                syncing = false;
            }
        });
    }

    @Override
    public void leadershipChanged(boolean leader, long nowNanos) {
        leads = leader;
        syncAtNanos = nowNanos;
    }

    @Override
    public Optional<Handover> handOver() {
        List<List<byte[]>> rows = new ArrayList<>();
        tree.root().children().forEach(space -> addRows(space, rows));
        return Optional.of(new Handover(id(), HANDOVER_FORMAT, List.of(tree.index(), rows)));
    }

    private static void addRows(Node node, List<List<byte[]>> rows) {
        rows.add(List.of(NodeRow.key(node), NodeRow.value(node)));
        node.children().forEach(child -> addRows(child, rows));
    }

    @Override
    public boolean takeOver(Handover handover, Ports ports) {
        if (handover.format() != HANDOVER_FORMAT || !(handover.content() instanceof List<?> content)
                || !(content.get(1) instanceof List<?> rows)) {
            return false;
        }
        tree.clear();
        for (Object row : rows) {
            List<?> columns = (List<?>) row;
            load((byte[]) columns.get(0), (byte[]) columns.get(1));
        }
        tree.index((Long) content.get(0));
        return true;
    }
}
