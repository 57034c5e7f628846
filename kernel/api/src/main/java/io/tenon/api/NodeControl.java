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

    /**
     * Logs one line and stops the node in good order with exit code 0, because its work is done for good: it was removed from the cluster. Any
     * thread; returns at once.
     */
    void finish(String message);
}
