package io.tenon.api.loop;

/** Gives loops their threads, by the thread plan of the node. Provided by the kernel as a slot. */
public interface LoopHost {

    /**
     * Starts to step the loop. When a step throws, the error is logged once with the loop's name and the node halts: state that
     * was half changed is not served.
     *
     * @param name for logs and thread dumps
     */
    LoopHandle attach(LoopRole role, String name, Loop loop);
}
