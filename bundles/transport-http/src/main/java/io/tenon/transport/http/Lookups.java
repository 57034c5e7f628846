package io.tenon.transport.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks the name service where peers are, on threads of its own and once at a time for each name: it may take many seconds over the name of a
 * machine that is gone, and then only calls to that name wait. What it says the Java runtime remembers, so the call that follows does not ask.
 * Any thread.
 */
final class Lookups implements AutoCloseable {
    /** Names that are asked for at once, and other work of these threads; the members of a cluster are few. */
    private static final int MOST_THREADS = 64;
    /** Names whose answer is known; more than a cluster has. */
    private static final int MOST_FOUND = 1024;
    private static final long IDLE_SECONDS = 30;
    /** Well below the 30 seconds for which the Java runtime remembers an address. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Map<String, Long> foundNanos = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, MOST_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
            work -> Thread.ofPlatform().daemon().name("tenon-peer-lookup").unstarted(work));

    /** Whether the answer for this host is there. */
    boolean isKnown(String host) {
        Long found = foundNanos.get(host);
        return found != null && System.nanoTime() - found < FRESH_NANOS;
    }

    /** Done when the host's address is there, on a thread of this object; fails with an IOException when there is none. */
    CompletableFuture<Void> find(String host) {
        var mine = new CompletableFuture<Void>();
        CompletableFuture<Void> before = underWay.putIfAbsent(host, mine);
        if (before != null) {
            return before.copy();
        }
        try {
            threads.execute(() -> look(host, mine));
        } catch (RejectedExecutionException full) {
            underWay.remove(host, mine);
            mine.completeExceptionally(new IOException("too many names are looked up", full));
        }
        return mine.copy();
    }

    private void look(String host, CompletableFuture<Void> result) {
        try {
            InetAddress.getAllByName(host);
            remember(host);
            underWay.remove(host, result);
            result.complete(null);
        } catch (UnknownHostException | RuntimeException unknown) {
            underWay.remove(host, result);
            result.completeExceptionally(unknown);
        }
    }

    private void remember(String host) {
        if (foundNanos.size() >= MOST_FOUND) {
            foundNanos.clear();
        }
        foundNanos.put(host, System.nanoTime());
    }

    /** Runs a call that blocks. */
    void execute(Runnable work) {
        threads.execute(work);
    }

    /** What is under way fails; a lookup itself cannot be broken off, and its thread ends after it. */
    @Override
    public void close() {
        threads.shutdownNow();
        underWay.values().forEach(one -> one.completeExceptionally(new IOException("the transport is stopped")));
    }
}
