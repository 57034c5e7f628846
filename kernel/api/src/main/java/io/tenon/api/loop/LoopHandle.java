package io.tenon.api.loop;

/** A loop that is being stepped. */
public interface LoopHandle extends AutoCloseable {

    /** Makes sure that a step begins after this call. Any thread; costs one volatile read when the loop is awake. */
    void wake();

    /** Takes the loop off its thread. When this returns no step is running and none will. Idempotent. Not to be called by the loop. */
    @Override
    void close();
}
