package io.tenon.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.loop.Inbox;
import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThreadsTest {

    @Test
    void sharedPlanStepsConsensusLogAndApplyOnOneThreadInThatOrder() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch twice = new CountDownLatch(6);
        try (Threads threads = new Threads(ThreadPlan.SHARED, (loop, failure) -> { })) {
            for (LoopRole role : new LoopRole[] {LoopRole.APPLY, LoopRole.RAFT, LoopRole.LOG}) {
                threads.attach(role, role.name(), now -> {
                    order.add(Thread.currentThread().getName() + "/" + role);
                    twice.countDown();
                    return 0;
                });
            }
            assertTrue(twice.await(5, TimeUnit.SECONDS));
        }
        int raft = order.lastIndexOf("tenon-core/RAFT");
        assertEquals(List.of("tenon-core/LOG", "tenon-core/APPLY"), order.subList(raft + 1, raft + 3));
    }

    @ParameterizedTest
    @EnumSource(ThreadPlan.class)
    void noWakeUpIsLost(ThreadPlan plan) throws Exception {
        int items = 200_000;
        AtomicLong sum = new AtomicLong();
        CompletableFuture<Void> all = new CompletableFuture<>();
        Inbox<Integer> inbox = new Inbox<>(1024);
        try (Threads threads = new Threads(plan, (loop, failure) -> all.completeExceptionally(failure))) {
            LoopHandle handle = threads.attach(LoopRole.APPLY, "sum", now -> inbox.drain(item -> {
                if (sum.addAndGet(item) == items) {
                    all.complete(null);
                }
            }, 64));
            inbox.onOffer(handle::wake);
            Runnable producer = () -> {
                for (int count = 0; count < items / 2; count++) {
                    while (!inbox.offer(1)) {
                        Thread.onSpinWait();
                    }
                    if (count % 1000 == 0) {
                        Thread.yield();
                    }
                }
            };
            Thread one = Thread.ofPlatform().start(producer);
            Thread two = Thread.ofPlatform().start(producer);
            one.join();
            two.join();
            all.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClosedLoopIsNotSteppedAnyMore() throws Exception {
        AtomicLong steps = new AtomicLong();
        CountDownLatch stepped = new CountDownLatch(1);
        try (Threads threads = new Threads(ThreadPlan.SHARED, (loop, failure) -> { })) {
            LoopHandle handle = threads.attach(LoopRole.WATCH, "counted", now -> {
                steps.incrementAndGet();
                stepped.countDown();
                return 1;
            });
            assertTrue(stepped.await(5, TimeUnit.SECONDS));
            handle.close();
            long after = steps.get();
            CountDownLatch other = new CountDownLatch(100);
            threads.attach(LoopRole.WATCH, "other", now -> {
                other.countDown();
                return 1;
            });
            assertTrue(other.await(5, TimeUnit.SECONDS));
            assertEquals(after, steps.get());
        }
    }

    @Test
    void aFailedStepIsToldOnceAndEndsItsThread() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        try (Threads threads = new Threads(ThreadPlan.SHARED, (loop, failure) -> told.complete(loop + ": " + failure.getMessage()))) {
            threads.attach(LoopRole.APPLY, "apply", now -> {
                throw new IllegalStateException("commit 17 beyond last 12");
            });
            assertEquals("apply: commit 17 beyond last 12", told.get(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void aLoopIsSteppedAtItsDeadlineWithoutAWakeUp() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        try (Threads threads = new Threads(ThreadPlan.SHARED, (loop, failure) -> { })) {
            threads.attach(LoopRole.RAFT, "timer", new Loop() {
                @Override
                public int step(long nowNanos) {
                    if (nowNanos - deadline >= 0) {
                        reached.countDown();
                    }
                    return 0;
                }

                @Override
                public long wakeAtNanos() {
                    return deadline;
                }
            });
            assertTrue(reached.await(5, TimeUnit.SECONDS));
        }
    }
}
