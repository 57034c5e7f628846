package io.tenon.blackbox.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.cluster.Cluster;
import io.tenon.api.cluster.NodeIdentity;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.kv.RangeResult;
import io.tenon.api.lease.Leases;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import io.tenon.api.watch.WatchStream;
import io.tenon.api.watch.Watches;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveRequest;
import io.tenon.wire.etcdserverpb.LeaseTimeToLiveResponse;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.PutResponse;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.util.tracker.ServiceTracker;

/** The node seen from a bundle beside it. Each test leaves the node whole. */
@ExtendWith(InContainer.class)
class ContainerIT {
    private static final long ANSWER_SECONDS = 60;
    private static final CallContext CALL = new CallContext(Runnable::run, "");
    private static BundleContext context;

    @Test
    void nodeServesThroughItsSlots() throws Exception {
        for (Class<?> contract : List.of(KeyValues.class, Leases.class, Watches.class, Cluster.class)) {
            slot(contract);
        }
        long revision = put("served", "1");
        RangeResult found = range("served");
        assertEquals(1, found.count());
        assertTrue(found.header().getRevision() >= revision);
    }

    @Test
    void watchStreamsParkWhileTheirBundleIsStopped() throws Exception {
        BlockingQueue<WatchReply> replies = new LinkedBlockingQueue<>();
        Watches slot = slot(Watches.class);
        try (WatchStream stream = slot.open(CALL, sink(replies))) {
            stream.create(WatchCreateRequest.newBuilder().setKey(bytes("parked")).build());
            assertEquals(WatchReply.Kind.CREATED, next(replies).kind());
            Bundle watch = bundle("io.tenon.watch");
            watch.stop();
            assertEquals(slot, slot(Watches.class));
            put("parked", "1");
            put("parked", "2");
            assertEquals(List.of(), List.copyOf(replies));
            watch.start();
            int events = 0;
            while (events < 2) {
                events += next(replies).events().size();
            }
            assertEquals(2, events);
        }
    }

    @Test
    void leasesOutliveTheUpdateOfTheirBundle() throws Exception {
        long id = this.<LeaseGrantResponse>ask(reply ->
                slot(Leases.class).grant(LeaseGrantRequest.newBuilder().setTTL(60).build(), CALL, reply)).getID();
        Bundle lease = bundle("io.tenon.lease");
        ClassLoader before = lease.adapt(BundleWiring.class).getClassLoader();
        lease.update();
        assertEquals(Bundle.ACTIVE, lease.getState());
        assertNotSame(before, lease.adapt(BundleWiring.class).getClassLoader());
        LeaseTimeToLiveResponse left = ask(reply ->
                slot(Leases.class).timeToLive(LeaseTimeToLiveRequest.newBuilder().setID(id).build(), CALL, reply));
        assertEquals(60, left.getGrantedTTL());
    }

    @Test
    void anEngineThatIsNotInUseComesAndGoesUnnoticed() throws Exception {
        long before = put("engine", "1");
        Bundle spare = bundle("io.tenon.storage.memory");
        String location = spare.getLocation();
        spare.uninstall();
        assertEquals(before + 1, put("engine", "2"));
        Bundle again = context.installBundle(location);
        again.start();
        assertEquals(Bundle.ACTIVE, again.getState());
        assertEquals(before + 2, put("engine", "3"));
        assertEquals(1, range("engine").count());
    }

    private static WatchSink sink(BlockingQueue<WatchReply> replies) {
        return new WatchSink() {
            @Override
            public boolean send(WatchReply reply) {
                return replies.add(reply);
            }

            @Override
            public void end(Refusal refusal) {
                throw new AssertionError("the stream ended: " + refusal);
            }
        };
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within " + ANSWER_SECONDS + " s");
        }
        return next;
    }

    private long put(String key, String value) throws Exception {
        PutRequest request = PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
        return this.<PutResponse>ask(reply -> slot(KeyValues.class).put(request, CALL, reply)).getHeader().getRevision();
    }

    private RangeResult range(String key) throws Exception {
        return ask(reply -> slot(KeyValues.class).range(RangeRequest.newBuilder().setKey(bytes(key)).build(), CALL, reply));
    }

    private <T> T ask(Consumer<Reply<T>> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        question.accept(new Reply<>() {
            @Override
            public void accept(T given) {
                answer.complete(given);
            }

            @Override
            public void refuse(Refusal refusal) {
                answer.completeExceptionally(refusal.asException());
            }
        });
        return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /** The permanent service of a contract, once the node serves. */
    private static <T> T slot(Class<T> contract) {
        await("(objectClass=" + NodeIdentity.class.getName() + ")");
        return contract.cast(await("(&(objectClass=" + contract.getName() + ")" + Slot.TARGET + ")"));
    }

    private static Object await(String filter) {
        try {
            ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, FrameworkUtil.createFilter(filter), null);
            tracker.open();
            try {
                Object service = tracker.waitForService(TimeUnit.SECONDS.toMillis(ANSWER_SECONDS));
                if (service == null) {
                    throw new AssertionError("no service " + filter + " within " + ANSWER_SECONDS + " s");
                }
                return service;
            } finally {
                tracker.close();
            }
        } catch (InvalidSyntaxException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private static Bundle bundle(String symbolicName) {
        return Stream.of(context.getBundles()).filter(one -> one.getSymbolicName().equals(symbolicName)).findFirst().orElseThrow();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
