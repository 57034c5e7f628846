package io.tenon.api.watch;

/** Where a stream's responses go. Called by one thread at a time; returns at once. */
public interface WatchSink {

    /**
     * Takes a response, always.
     *
     * @return false when the client reads too slowly: send no more before {@link WatchStream#writable()}. The engine then keeps a cursor
     *         per watcher, not a queue
     */
    boolean send(WatchReply reply);

    /** Ends the stream with this status. */
    void end(io.tenon.api.Refusal refusal);
}
