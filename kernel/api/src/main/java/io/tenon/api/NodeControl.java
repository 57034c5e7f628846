package io.tenon.api;

/** The node's own end. Provided by the kernel as a slot. */
public interface NodeControl {

    /**
     * Logs one line and stops the node with exit code 1, because it cannot do what it was configured for. Any thread; returns at once;
     * the first message counts.
     *
     * @param message what failed and where, as etcd says it where etcd has words for it
     */
    void fail(String message);
}
