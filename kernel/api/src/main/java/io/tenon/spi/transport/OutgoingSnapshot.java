package io.tenon.spi.transport;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import java.io.IOException;
import java.io.OutputStream;

/** A snapshot on its way to one member. Whoever is given one calls {@link #ended} exactly once. */
public interface OutgoingSnapshot {

    /** The message that goes before the state. */
    Message message();

    /** Size of the export, if it is known; 0 if not. */
    long sizeBytes();

    /** Writes the state as the canonical export. Blocks on disk and stream, so on a thread of the transport. Once, this or the other. */
    void writeTo(OutputStream stream) throws IOException;

    /**
     * Reads the whole state, which {@link #writeDatabaseTo} must do before its first byte. It takes minutes when the state is large, so a transport
     * calls this before it connects: a peer that hears nothing for so long gives up, and would each time anew. Blocks on the disk.
     */
    default void prepareDatabase() throws IOException {
    }

    /** Writes the state as etcd's database file, for a peer that is Go etcd. Otherwise as {@link #writeTo}. */
    void writeDatabaseTo(OutputStream stream) throws IOException;

    /** The member has all of it, or will not get it. Frees what was held for it. Any thread. */
    void ended(SnapshotOutcome outcome);
}
