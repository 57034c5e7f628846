package io.tenon.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.lease.LeaseTimeToLiveResponse;
import io.etcd.jetcd.maintenance.StatusResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.support.Observers;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client that most use, unchanged, against a started server. */
class JetcdIT {
    private static final long ANSWER_SECONDS = 30;

    @TempDir
    private static Path directory;
    private static TenonServer server;
    private static Client client;

    @BeforeAll
    static void startServer() {
        server = TenonServer.start(directory.resolve("node.etcd"));
        client = Client.builder().endpoints("http://" + server.endpoint()).build();
    }

    @AfterAll
    static void stopServer() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void putIsReadBackWithItsRevisions() throws Exception {
        long created = put("kv/a", "1");
        long changed = put("kv/a", "2");
        KeyValue kv = get("kv/a", GetOption.DEFAULT).getKvs().getFirst();
        assertEquals("2", kv.getValue().toString(UTF_8));
        assertEquals(List.of(created, changed, 2L), List.of(kv.getCreateRevision(), kv.getModRevision(), kv.getVersion()));
        var before = answer(client.getKVClient().put(bytes("kv/a"), bytes("3"), PutOption.builder().withPrevKV().build()));
        assertEquals("2", before.getPrevKv().getValue().toString(UTF_8));
    }

    @Test
    void getObeysItsOptions() throws Exception {
        long first = put("options/1", "a");
        put("options/2", "b");
        put("options/3", "c");
        put("options/1", "z");
        assertEquals(List.of("z", "b", "c"), values(get("options/", GetOption.builder().isPrefix(true).build())));
        assertEquals(List.of("c", "b"), values(get("options/", GetOption.builder().isPrefix(true).withLimit(2)
                .withSortField(GetOption.SortTarget.KEY).withSortOrder(GetOption.SortOrder.DESCEND).build())));
        assertEquals(List.of("b"), values(get("options/2", GetOption.builder().withRange(bytes("options/3")).build())));
        assertEquals(List.of("a"), values(get("options/1", GetOption.builder().withRevision(first).build())));
        GetResponse counted = get("options/", GetOption.builder().isPrefix(true).withCountOnly(true).build());
        assertEquals(3, counted.getCount());
        assertEquals(List.of(), counted.getKvs());
        assertTrue(get("options/", GetOption.builder().isPrefix(true).withLimit(1).build()).isMore());
        assertEquals("", values(get("options/1", GetOption.builder().withKeysOnly(true).build())).getFirst());
        assertEquals(List.of("z"), values(get("options/1", GetOption.builder().withSerializable(true).build())));
    }

    @Test
    void deleteTellsWhatItDeleted() throws Exception {
        put("delete/1", "a");
        put("delete/2", "b");
        var deleted = answer(client.getKVClient().delete(bytes("delete/"), DeleteOption.builder().isPrefix(true).withPrevKV(true).build()));
        assertEquals(2, deleted.getDeleted());
        assertEquals(List.of("a", "b"), deleted.getPrevKvs().stream().map(kv -> kv.getValue().toString(UTF_8)).toList());
        assertEquals(0, answer(client.getKVClient().delete(bytes("delete/1"))).getDeleted());
    }

    @Test
    void transactionTakesTheBranchOfItsComparison() throws Exception {
        put("txn/key", "old");
        TxnResponse taken = txn("old", "new");
        assertTrue(taken.isSucceeded());
        assertEquals("old", taken.getPutResponses().getFirst().getPrevKv().getValue().toString(UTF_8));
        TxnResponse other = txn("old", "newer");
        assertFalse(other.isSucceeded());
        assertEquals("new", other.getGetResponses().getFirst().getKvs().getFirst().getValue().toString(UTF_8));
    }

    private static TxnResponse txn(String expected, String next) throws Exception {
        ByteSequence key = bytes("txn/key");
        return answer(client.getKVClient().txn().If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.value(bytes(expected))))
                .Then(Op.put(key, bytes(next), PutOption.builder().withPrevKV().build())).Else(Op.get(key, GetOption.DEFAULT)).commit());
    }

    @Test
    void compactedRevisionIsRefused() throws Exception {
        long old = put("compact/key", "1");
        long now = put("compact/key", "2");
        answer(client.getKVClient().compact(now));
        var refused = assertThrows(ExecutionException.class, () -> get("compact/key", GetOption.builder().withRevision(old).build()));
        assertTrue(refused.getMessage().contains("required revision has been compacted"), refused.getMessage());
        assertEquals(List.of("2"), values(get("compact/key", GetOption.DEFAULT)));
    }

    @Test
    void watchTellsOfChangesWithWhatWasBefore() throws Exception {
        long first = put("watch/key", "1");
        put("watch/key", "2");
        BlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();
        WatchOption option = WatchOption.builder().isPrefix(true).withPrevKV(true).withRevision(first).withCreateNotify(true).build();
        try (Watch.Watcher watcher = client.getWatchClient().watch(bytes("watch/"), option, Watch.listener(responses::add))) {
            assertTrue(next(responses).isCreatedNotify());
            answer(client.getKVClient().delete(bytes("watch/key")));
            assertEquals(List.of("PUT 1 after ", "PUT 2 after 1", "DELETE  after 2"), events(responses, 3));
            watcher.requestProgress();
            WatchResponse progress = next(responses);
            assertTrue(progress.isProgressNotify());
            assertTrue(progress.getHeader().getRevision() >= first + 2);
        }
    }

    private static List<String> events(BlockingQueue<WatchResponse> responses, int count) throws Exception {
        var events = new java.util.ArrayList<String>();
        while (events.size() < count) {
            for (WatchEvent event : next(responses).getEvents()) {
                events.add(event.getEventType() + " " + event.getKeyValue().getValue().toString(UTF_8) + " after "
                        + event.getPrevKV().getValue().toString(UTF_8));
            }
        }
        return events;
    }

    @Test
    void leaseKeepsItsKeysUntilItIsRevoked() throws Exception {
        long lease = answer(client.getLeaseClient().grant(30)).getID();
        answer(client.getKVClient().put(bytes("lease/key"), bytes("1"), PutOption.builder().withLeaseId(lease).build()));
        BlockingQueue<LeaseKeepAliveResponse> renewals = new LinkedBlockingQueue<>();
        CloseableClient renewing = client.getLeaseClient().keepAlive(lease, Observers.observer(renewals::add));
        assertEquals(30, next(renewals).getTTL());
        renewing.close();
        assertEquals(lease, answer(client.getLeaseClient().keepAliveOnce(lease)).getID());
        LeaseTimeToLiveResponse left = answer(client.getLeaseClient().timeToLive(lease, LeaseOption.builder().withAttachedKeys().build()));
        assertEquals(30, left.getGrantedTTL());
        assertTrue(left.getTTL() > 0 && left.getTTL() <= 30, "ttl " + left.getTTL());
        assertEquals(List.of(bytes("lease/key")), left.getKeys());
        answer(client.getLeaseClient().revoke(lease));
        assertEquals(0, get("lease/key", GetOption.DEFAULT).getCount());
    }

    @Test
    void memberListNamesTheServer() throws Exception {
        var members = answer(client.getClusterClient().listMember()).getMembers();
        assertEquals(1, members.size());
        assertEquals("http://" + server.endpoint(), members.getFirst().getClientURIs().getFirst().toString());
    }

    @Test
    void maintenanceAnswers() throws Exception {
        String endpoint = "http://" + server.endpoint();
        long revision = put("maintenance/key", "1");
        StatusResponse status = answer(client.getMaintenanceClient().statusMember(endpoint));
        assertTrue(status.getVersion().startsWith("3.5."), status.getVersion());
        assertEquals(status.getHeader().getMemberId(), status.getLeader());
        assertTrue(status.getRaftAppliedIndex() > 0 && status.getDbSize() > 0, status.toString());
        long hash = answer(client.getMaintenanceClient().hashKV(endpoint, revision)).getHash();
        answer(client.getMaintenanceClient().defragmentMember(endpoint));
        assertEquals(hash, answer(client.getMaintenanceClient().hashKV(endpoint, revision)).getHash());
        assertEquals(List.of(), answer(client.getMaintenanceClient().listAlarms()).getAlarms());
        assertEquals(1, get("maintenance/key", GetOption.DEFAULT).getCount());
    }

    private static long put(String key, String value) throws Exception {
        return answer(client.getKVClient().put(bytes(key), bytes(value))).getHeader().getRevision();
    }

    private static GetResponse get(String key, GetOption option) throws Exception {
        return answer(client.getKVClient().get(bytes(key), option));
    }

    private static List<String> values(GetResponse response) {
        return response.getKvs().stream().map(kv -> kv.getValue().toString(UTF_8)).toList();
    }

    private static <T> T answer(CompletableFuture<T> future) throws Exception {
        return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within " + ANSWER_SECONDS + " s");
        }
        return next;
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }
}
