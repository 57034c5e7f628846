package io.tenon.transport.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The answer that carries a stream to a peer. */
interface StreamSink {

    /**
     * Hands bytes to the system; the head of the answer goes before the first of them. Blocks until all are handed over. One thread at a time.
     *
     * @throws IOException the peer is gone, or has taken nothing for too long; the stream is of no use any more
     */
    void write(ByteBuffer bytes) throws IOException;

    /** Breaks the connection off; a write that blocks ends. Any thread, any number of times. */
    void close();
}
