package io.tenon.chaos;

import io.grpc.StatusRuntimeException;
import io.tenon.chaos.client.Rpc;
import io.tenon.chaos.judge.Complaint;
import io.tenon.chaos.member.Cluster;
import io.tenon.chaos.member.Member;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Whether all members hold the same at one revision. */
public final class Hashes {
    private static final long CALL_MILLIS = 10_000;
    private static final long PATIENCE_SECONDS = 30;
    private static final long LOOK_MILLIS = 200;

    private Hashes() {
    }

    private record Hash(int hash, long compacted) {
    }

    /** Asks all members until their hashes are equal; members may still be compacting, so what differs is asked again for a while. */
    public static Optional<Complaint> differ(Cluster cluster, long revision) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            Map<String, String> hashes = ask(cluster, revision);
            if (hashes.values().stream().distinct().count() == 1 && hashes.size() == cluster.members().size()) {
                return Optional.empty();
            }
            if (System.nanoTime() - until > 0) {
                return Optional.of(new Complaint(Complaint.Kind.DIFFERENT_HASHES, "at revision " + revision + ": " + hashes));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static Map<String, String> ask(Cluster cluster, long revision) {
        Map<String, String> hashes = new TreeMap<>();
        for (Member member : cluster.members()) {
            try {
                HashKVResponse answer = member.client().call(Rpc.HASH, HashKVRequest.newBuilder().setRevision(revision).build(), CALL_MILLIS);
                hashes.put(member.name(), new Hash(answer.getHash(), answer.getCompactRevision()).toString());
            } catch (StatusRuntimeException notYet) {
                hashes.put(member.name(), notYet.getMessage());
            }
        }
        return hashes;
    }
}
