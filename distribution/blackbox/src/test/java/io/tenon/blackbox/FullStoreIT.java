package io.tenon.blackbox;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.RESOURCE_EXHAUSTED;
import static io.tenon.blackbox.EtcdClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.DefragmentRequest;
import io.tenon.wire.etcdserverpb.DeleteRangeRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store at its quota, a disk without space, and limits that were set by flags. */
class FullStoreIT {
    private static final String NO_SPACE = "etcdserver: mvcc: database space exceeded";
    private static final ByteString BLOCK = ByteString.copyFrom(new byte[64 << 10]);

    @TempDir
    private Path directory;

    @Test
    void quota() throws Exception {
        try (TenonServer server = TenonServer.start(directory.resolve("node.etcd"), "--quota-backend-bytes", "8388608");
                EtcdClient client = new EtcdClient(server)) {
            long revision = fill(client);
            awaitAlarms(client, 1);
            client.refused(RESOURCE_EXHAUSTED, NO_SPACE, "KV/Put", EtcdClient.putOf("tiny", bytes("1")));
            client.refused(RESOURCE_EXHAUSTED, NO_SPACE, "Lease/LeaseGrant", LeaseGrantRequest.newBuilder().setTTL(60).build());
            client.refused(RESOURCE_EXHAUSTED, NO_SPACE, "KV/Txn", TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder()
                    .setRequestPut(EtcdClient.putOf("tiny", bytes("1")))).build());
            assertTrue(client.get("fill/0").getCount() == 1, "reads are served");

            client.ok("KV/DeleteRange", DeleteRangeRequest.newBuilder().setKey(bytes("fill/")).setRangeEnd(bytes("fill0")).build());
            client.compact(revision + 1);
            client.ok("Maintenance/Defragment", DefragmentRequest.getDefaultInstance());
            client.refused(RESOURCE_EXHAUSTED, NO_SPACE, "KV/Put", EtcdClient.putOf("tiny", bytes("1")));
            client.ok("Maintenance/Alarm", AlarmRequest.newBuilder().setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                    .setAlarm(AlarmType.NOSPACE).setMemberID(alarms(client).getAlarms(0).getMemberID()).build());
            client.assertServed();

            fill(client);
            awaitAlarms(client, 1);
        }
    }

    /** Writes until the quota says no; answers the last revision. */
    private static long fill(EtcdClient client) throws Exception {
        long revision = 0;
        for (int number = 0; number < 1000; number++) {
            RawCalls.Outcome outcome = client.put("fill/" + number, BLOCK);
            if (!outcome.status().isOk()) {
                assertEquals(NO_SPACE, outcome.status().getDescription());
                return client.get("fill/0").getHeader().getRevision();
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        throw new AssertionError("64 MB went into a store of 8");
    }

    private static AlarmResponse alarms(EtcdClient client) throws Exception {
        return AlarmResponse.parseFrom(client.ok("Maintenance/Alarm", AlarmRequest.getDefaultInstance()));
    }

    private static void awaitAlarms(EtcdClient client, int count) throws Exception {
        for (int turn = 0; turn < 500 && alarms(client).getAlarmsCount() != count; turn++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertEquals(count, alarms(client).getAlarmsCount());
    }

    @Test
    void limitsThatFlagsSet() throws Exception {
        try (TenonServer server = TenonServer.start(directory.resolve("node.etcd"), "--max-txn-ops", "2", "--max-request-bytes", "1000");
                EtcdClient client = new EtcdClient(server)) {
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (String key : new String[] {"a", "b"}) {
                txn.addSuccess(RequestOp.newBuilder().setRequestPut(EtcdClient.putOf(key, bytes("1"))));
            }
            client.ok("KV/Txn", txn.build());
            client.refused(INVALID_ARGUMENT, "etcdserver: too many operations in txn request", "KV/Txn",
                    txn.addSuccess(RequestOp.newBuilder().setRequestPut(EtcdClient.putOf("c", bytes("1")))).build());
            client.refused(INVALID_ARGUMENT, "etcdserver: request is too large", "KV/Put",
                    EtcdClient.putOf("k", ByteString.copyFrom(new byte[1000])));
            client.refused(RESOURCE_EXHAUSTED, "grpc: received message larger than max (600009 vs. 525288)", "KV/Put",
                    EtcdClient.putOf("kkk", ByteString.copyFrom(new byte[600_000])));
            client.ok("KV/Put", EtcdClient.putOf("k", ByteString.copyFrom(new byte[900])));
        }
    }

    @Test
    void diskWithoutSpace() throws Exception {
        // The server's own output goes beside the directory, not onto the full disk.
        Path disk = Files.createDirectory(directory.resolve("node.etcd"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", disk.toString()) == 0, "needs the right to mount");
        try {
            fillDisk(disk);
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private static void fillDisk(Path disk) throws Exception {
        List<String> acknowledged = new ArrayList<>();
        Path ballast = disk.resolve("ballast");
        TenonServer server = TenonServer.start(disk);
        try (server) {
            try (EtcdClient client = new EtcdClient(server)) {
                client.putOk("first", bytes("1"));
                run("dd", "if=/dev/zero", "of=" + ballast, "bs=1M");
                for (int number = 0; number < 2000 && server.isAlive(); number++) {
                    if (client.put("full/" + number, BLOCK).status().isOk()) {
                        acknowledged.add("full/" + number);
                    }
                }
            }
            assertNotEquals(0, server.awaitExit());
            List<String> reasons = server.log().lines().filter(line -> line.contains("the node stops because")).toList();
            assertEquals(1, reasons.size(), server.log());
            assertTrue(reasons.getFirst().matches(".*(No space left on device|disk is full).*"), reasons.getFirst());
            System.err.printf("disk full after %d writes: %s%n", acknowledged.size(), reasons.getFirst());
            Files.delete(ballast);
            server.start();
            try (EtcdClient client = new EtcdClient(server)) {
                RangeResponse all = RangeResponse.parseFrom(client.ok("KV/Range", RangeRequest.newBuilder().setKey(bytes("full/"))
                        .setRangeEnd(bytes("full0")).setKeysOnly(true).build()));
                List<String> found = all.getKvsList().stream().map(kv -> kv.getKey().toStringUtf8()).toList();
                assertTrue(found.containsAll(acknowledged), "acknowledged " + acknowledged.size() + ", found " + found.size());
                client.assertServed();
            }
        }
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }
}
