package io.tenon.simulator.member;

import io.tenon.api.cluster.MemberIds;
import io.tenon.api.config.Flags;
import io.tenon.api.config.NodeConfig;
import io.tenon.simulator.disk.EngineKind;
import io.tenon.simulator.world.Chance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What all members of a cluster are started with.
 *
 * @param members       of the beginning
 * @param snapshotCount applied entries between snapshots; small, so that members fall behind what the log keeps
 * @param catchUp       entries kept behind a snapshot
 * @param segmentBytes  of the log
 * @param compactionBatch revisions that a compaction removes in one step
 * @param checkpointed    whether the remaining time of leases is logged
 */
public record Settings(int members, EngineKind engine, int snapshotCount, int catchUp, long segmentBytes, int compactionBatch, boolean checkpointed) {
    private static final String TOKEN = "simulated";
    private static final int HEARTBEAT_MILLIS = 50;
    private static final int ELECTION_MILLIS = 500;

    static Settings drawn(int members, EngineKind engine, Chance chance) {
        int catchUp = (int) chance.between(1, 40);
        return new Settings(members, engine, (int) chance.between(5, 80), catchUp, chance.between(4, 40) * 1024, (int) chance.between(1, 40), chance.happens(0.5));
    }

    private static String url(String name) {
        return "http://" + name + ":2380";
    }

    static String name(int number) {
        return "m" + number;
    }

    static List<String> peerUrls(int number) {
        return List.of(url(name(number)));
    }

    /** Members of the beginning are numbered from 1. */
    long id(int number) {
        return MemberIds.ofBootstrap(peerUrls(number), TOKEN);
    }

    long clusterId() {
        return MemberIds.ofCluster(IntStream.rangeClosed(1, members).mapToObj(this::id).toList());
    }

    /** The configuration of a member; one that came later is started with an empty log, so the initial cluster does not matter to it. */
    NodeConfig config(int number) {
        Map<String, String> flags = new HashMap<>();
        flags.put("name", name(number));
        flags.put("data-dir", "/data");
        flags.put("initial-advertise-peer-urls", url(name(number)));
        flags.put("initial-cluster", IntStream.rangeClosed(1, Math.max(members, number)).mapToObj(Settings::name)
                .map(name -> name + "=" + url(name)).collect(Collectors.joining(",")));
        flags.put("initial-cluster-token", TOKEN);
        flags.put("heartbeat-interval", Integer.toString(HEARTBEAT_MILLIS));
        flags.put("election-timeout", Integer.toString(ELECTION_MILLIS));
        flags.put("snapshot-count", Integer.toString(snapshotCount));
        flags.put("experimental-snapshot-catchup-entries", Integer.toString(catchUp));
        flags.put("experimental-compaction-batch-limit", Integer.toString(compactionBatch));
        flags.put("experimental-enable-lease-checkpoint", Boolean.toString(checkpointed));
        flags.put("tenon-storage-engine", engine == EngineKind.STRICT ? "simulated" : "mvstore");
        return Flags.parse(flags);
    }
}
