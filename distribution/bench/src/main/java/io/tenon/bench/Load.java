package io.tenon.bench;

import io.grpc.Status;
import java.util.function.Consumer;

/** What is done again and again. */
interface Load {

    /** Before the clock runs: fill the store, open streams. */
    default void prepare() throws Exception {
    }

    /**
     * Starts one request of a client; the next one of that client starts after it is done.
     *
     * @param done called once, on an event loop
     */
    void start(int client, Consumer<Status> done);
}
