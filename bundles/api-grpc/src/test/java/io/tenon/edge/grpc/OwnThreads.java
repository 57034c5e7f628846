package io.tenon.edge.grpc;

import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;

/** A thread for each piece of blocking work; loops are not asked for here. */
final class OwnThreads implements LoopHost {

    @Override
    public LoopHandle attach(LoopRole role, String name, Loop loop) {
        throw new AssertionError("the edge has no loops");
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void runBlocking(String name, Runnable work) {
        Thread.ofVirtual().name(name).start(work);
    }
}
