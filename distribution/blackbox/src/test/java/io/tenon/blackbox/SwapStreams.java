package io.tenon.blackbox;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveResponse;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchRequest;
import io.tenon.wire.etcdserverpb.WatchResponse;
import io.tenon.wire.mvccpb.Event;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The two streams of the load: each is opened once, and must be the same one at the end. */
final class SwapStreams {
    private static final long TTL_SECONDS = 60;
    private static final long RENEW_MILLIS = 50;
    private static final long FINISH_SECONDS = 60;

    private final RawCalls calls;
    private final Consumer<String> wrong;
    private final LongConsumer answeredInNanos;
    /** Revision of every put that the watch told of. */
    private final Map<String, Long> seen = new ConcurrentHashMap<>();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong renewals = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final Queue<Long> askedAtNanos = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;
    private RawCalls.Stream watch;
    private RawCalls.Stream renewing;
    private long leaseId;
    private long lastRevision;

    SwapStreams(RawCalls calls, Consumer<String> wrong, LongConsumer answeredInNanos) {
        this.calls = calls;
        this.wrong = wrong;
        this.answeredInNanos = answeredInNanos;
    }

    AtomicLong events() {
        return events;
    }

    AtomicLong renewals() {
        return renewals;
    }

    long leaseId() {
        return leaseId;
    }

    void open() throws Exception {
        leaseId = LeaseGrantResponse.parseFrom(calls.unary("etcdserverpb.Lease/LeaseGrant",
                LeaseGrantRequest.newBuilder().setTTL(TTL_SECONDS).build().toByteArray()).messages().getFirst()).getID();
        renewing = calls.stream("etcdserverpb.Lease/LeaseKeepAlive");
        watch = calls.stream("etcdserverpb.Watch/Watch");
        ByteString prefix = SwapLoad.bytes(SwapLoad.PREFIX);
        ByteString end = SwapLoad.bytes(SwapLoad.PREFIX.replace('/', '0'));
        watch.send(WatchRequest.newBuilder().setCreateRequest(WatchCreateRequest.newBuilder().setKey(prefix).setRangeEnd(end)).build()
                .toByteArray());
        WatchResponse created = WatchResponse.parseFrom(watch.next());
        if (!created.getCreated()) {
            wrong.accept("watch was not created: " + created);
        }
        go("watch", this::readEvents);
        go("renewals", this::readRenewals);
        go("renew", this::renew);
    }

    private void go(String name, Work work) {
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                while (!stopping) {
                    work.run();
                }
            } catch (Exception | AssertionError failure) {
                if (!stopping) {
                    wrong.accept(name + ": " + failure);
                }
            }
        });
    }

    private interface Work {
        void run() throws Exception;
    }

    private void renew() throws InterruptedException {
        askedAtNanos.add(System.nanoTime());
        asked.incrementAndGet();
        renewing.send(LeaseKeepAliveRequest.newBuilder().setID(leaseId).build().toByteArray());
        TimeUnit.MILLISECONDS.sleep(RENEW_MILLIS);
    }

    private void readRenewals() throws Exception {
        LeaseKeepAliveResponse answer = LeaseKeepAliveResponse.parseFrom(renewing.next());
        answeredInNanos.accept(System.nanoTime() - askedAtNanos.remove());
        if (answer.getTTL() != TTL_SECONDS || answer.getID() != leaseId) {
            wrong.accept("keep-alive answered " + answer);
        }
        renewals.incrementAndGet();
    }

    private void readEvents() throws Exception {
        WatchResponse response = WatchResponse.parseFrom(watch.next());
        if (response.getCanceled() || response.getCreated()) {
            wrong.accept("watch answered " + response);
        }
        for (Event event : response.getEventsList()) {
            long revision = event.getKv().getModRevision();
            if (revision <= lastRevision) {
                wrong.accept("event of revision " + revision + " after " + lastRevision);
            }
            lastRevision = revision;
            if (seen.put(event.getKv().getKey().toStringUtf8(), revision) != null) {
                wrong.accept("event seen twice: " + event);
            }
            events.incrementAndGet();
        }
    }

    /** Waits until the streams brought all that they owe, and compares. */
    void finish(Map<String, Long> acknowledged) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(FINISH_SECONDS);
        while ((seen.size() < acknowledged.size() || !askedAtNanos.isEmpty()) && System.nanoTime() - until < 0) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        stopping = true;
        if (renewals.get() == 0 || !askedAtNanos.isEmpty() && asked.get() - renewals.get() > 1) {
            wrong.accept(asked + " keep-alives were asked for, " + renewals + " answered");
        }
        acknowledged.forEach((key, revision) -> {
            if (!revision.equals(seen.get(key))) {
                wrong.accept("put of " + key + " was acknowledged with revision " + revision + ", the watch told " + seen.get(key));
            }
        });
    }
}
