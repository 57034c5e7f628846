package io.tenon.runtime.bootstrap;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.config.BirthChoice;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.runtime.apply.ConfChanges;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogSession;
import io.tenon.wire.raftpb.ConfChangeType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --force-new-cluster}: what one member has committed goes on as a cluster of this member alone, because the others are lost. Entries
 * that were not committed are given up; in their place the log gets, committed, the removal of every other member.
 */
public final class ForcedCluster {
    private static final Logger LOG = LoggerFactory.getLogger(ForcedCluster.class);
    private static final long PAGE_BYTES = 1 << 20;

    private final NodeConfig config;
    private final LogSession log;

    public ForcedCluster(NodeConfig config, LogSession log) {
        this.config = config;
        this.log = log;
    }

    /** True when the flag is given. */
    public static boolean isAskedFor(NodeConfig config) {
        return BirthChoice.of(config.flags()).forceNewCluster();
    }

    /**
     * Blocks until the log has it.
     *
     * @param applied  the configuration of the state machines, at this index
     * @param before   what the log was recovered with
     * @return what to start with
     */
    public HardState begin(ConfState applied, long appliedIndex, HardState before) throws LogException {
        Members members = new Members(applied);
        for (long next = appliedIndex + 1; next <= before.commit(); ) {
            List<Entry> page = log.read(next, before.commit() + 1, PAGE_BYTES);
            page.forEach(members::follow);
            next = page.getLast().index() + 1;
        }
        List<Entry> entries = changes(members, before);
        if (entries.isEmpty()) {
            LOG.info("this member is alone already, --force-new-cluster has nothing to do");
            return before;
        }
        LOG.warn("making a cluster of this member alone member={} removed={} after-index={} entries-given-up={}", hex(self()),
                members.all.stream().filter(id -> id != self()).map(ForcedCluster::hex).toList(), before.commit(),
                Math.max(0, log.lastIndex() - before.commit()));
        HardState after = new HardState(before.term(), before.vote(), before.commit() + entries.size());
        append(entries, after);
        return after;
    }

    private long self() {
        return log.identity().memberId();
    }

    private List<Entry> changes(Members members, HardState before) {
        List<Entry> entries = new ArrayList<>();
        for (long id : members.all) {
            if (id != self()) {
                entries.add(entry(entries.size(), before, ConfChangeType.ConfChangeRemoveNode, id, Optional.empty()));
            }
        }
        if (!members.voters.contains(self())) {
            List<String> peerUrls = config.urls().initialAdvertisePeer().stream().map(URI::toString).toList();
            String told = members.all.contains(self()) ? MemberJson.writePromotion(self())
                    : MemberJson.write(ClusterMember.ofBootstrap(self(), config.name(), peerUrls));
            entries.add(entry(entries.size(), before, ConfChangeType.ConfChangeAddNode, self(), Optional.of(told)));
        }
        return entries;
    }

    private static Entry entry(int place, HardState before, ConfChangeType type, long id, Optional<String> told) {
        var change = io.tenon.wire.raftpb.ConfChange.newBuilder().setId(0).setType(type).setNodeId(id);
        told.ifPresent(text -> change.setContext(ByteString.copyFromUtf8(text)));
        return new Entry(before.term(), before.commit() + 1 + place, EntryType.CONF_CHANGE, change.build().toByteString());
    }

    private void append(List<Entry> entries, HardState state) throws LogException {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        if (!log.append(new LogAppend(entries, Optional.of(state), true, () -> durable.complete(null)))) {
            throw new LogException("the log does not take the first append after it was opened");
        }
        durable.join();
    }

    private static String hex(long id) {
        return Long.toHexString(id);
    }

    /** Who belongs to the cluster after the last committed entry. */
    private static final class Members {
        private final TreeSet<Long> all = new TreeSet<>(Long::compareUnsigned);
        private final TreeSet<Long> voters = new TreeSet<>(Long::compareUnsigned);

        Members(ConfState applied) {
            voters.addAll(applied.voters());
            all.addAll(applied.voters());
            all.addAll(applied.learners());
            all.addAll(applied.votersOutgoing());
            all.addAll(applied.learnersNext());
        }

        void follow(Entry entry) {
            if (entry.type() != EntryType.NORMAL) {
                ConfChanges.parse(entry).steps().forEach(this::follow);
            }
        }

        private void follow(ConfChange.Step step) {
            switch (step.kind()) {
                case ADD_VOTER -> {
                    all.add(step.nodeId());
                    voters.add(step.nodeId());
                }
                case ADD_LEARNER -> all.add(step.nodeId());
                case REMOVE -> {
                    all.remove(step.nodeId());
                    voters.remove(step.nodeId());
                }
                case UPDATE -> { }
            }
        }
    }
}
