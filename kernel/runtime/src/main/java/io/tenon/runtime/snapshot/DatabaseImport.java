package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills an empty store from a database that Go etcd left. Used once. */
public final class DatabaseImport {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseImport.class);
    private static final long BYTES_BETWEEN_LINES = 256L << 20;

    private final Path file;
    private long rows;
    private long bytes;
    private long saidAtBytes;

    public DatabaseImport(Path file) {
        this.file = file;
    }

    /** Says what the configuration is where a database stands. */
    @FunctionalInterface
    public interface Configuration {

        /**
         * @param members ids of those that the database or the tree name
         * @throws IOException a member cannot go on from there
         */
        ConfState at(LogMark mark, Set<Long> members) throws IOException;
    }

    /**
     * Durable on return; a store that is filled in part has no place in the log.
     *
     * @param tree the v2 store as JSON of the log's snapshot, empty without one
     * @throws IOException with a whole sentence: what is wrong and with which file
     */
    public void into(EngineSession session, Databases databases, String tree, Configuration configuration) throws IOException {
        LOG.info("importing etcd's database file={} size={}", file, Files.size(file));
        try {
            LogMark mark = new Import(session, this::progress).read(new IncomingDatabase(databases.form(), file, configuration::at, tree));
            LOG.info("imported etcd's database file={} applied-index={} applied-term={}", file, mark.index(), mark.term());
        } catch (IOException | EngineCorruptException refused) {
            throw new IOException("etcd's database " + file + " cannot be imported: " + refused.getMessage(), refused);
        }
    }

    private void progress(int moreRows, long moreBytes) {
        rows += moreRows;
        bytes += moreBytes;
        if (bytes - saidAtBytes >= BYTES_BETWEEN_LINES) {
            LOG.info("importing etcd's database rows={} bytes={}", rows, bytes);
            saidAtBytes = bytes;
        }
    }
}
