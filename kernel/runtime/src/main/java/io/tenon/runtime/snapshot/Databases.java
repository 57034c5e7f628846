package io.tenon.runtime.snapshot;

import io.tenon.spi.storage.export.DatabaseForm;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * etcd's database files: who writes and reads them, which comes and goes with a bundle, and where one lies from its first byte until it was read.
 * Any thread; calls block on the disk.
 */
public final class Databases {
    private static final Logger LOG = LoggerFactory.getLogger(Databases.class);
    /** etcd removes files of such names at its start, as we do. */
    private static final String RECEIVED = "tmp-%016x.snap.db";
    private static final String ALL_RECEIVED = "tmp-*.snap.db";
    private static final String LIVE = "db";
    private static final String CAME_WITH_SNAPSHOT = "%016x.snap.db";
    private static final int COPY_BYTES = 256 << 10;

    private final Optional<Path> folder;
    private volatile Optional<DatabaseForm> form = Optional.empty();

    private Databases(Optional<Path> folder) {
        this.folder = folder;
    }

    /** @param folder {@code member/snap} */
    public static Databases in(Path folder) {
        return new Databases(Optional.of(folder));
    }

    /** For a node that has no disk, and none but Tenon members beside it. */
    public static Databases none() {
        return new Databases(Optional.empty());
    }

    /** The bundle that knows the form came, or went. */
    public void form(Optional<DatabaseForm> now) {
        form = now;
    }

    public boolean available() {
        return form.isPresent();
    }

    /** @throws IOException the bundle is away */
    DatabaseForm form() throws IOException {
        return form.orElseThrow(() -> new IOException("no bundle is deployed that knows etcd's database file"));
    }

    /** Removes what a crash left of files that were being received. */
    public void removeLeftovers() throws IOException {
        if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder.get(), ALL_RECEIVED)) {
            for (Path file : left) {
                LOG.info("received database is left over and removed file={}", file);
                Files.delete(file);
            }
        }
    }

    /** Saves a file that comes; it need not survive a crash. A failure leaves nothing. */
    Path save(long index, InputStream database) throws IOException {
        Path file = folder.orElseThrow(() -> new IOException("this node has no disk")).resolve(RECEIVED.formatted(index));
        boolean whole = false;
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] piece = new byte[COPY_BYTES];
            for (int count = database.read(piece); count >= 0; count = database.read(piece)) {
                out.write(piece, 0, count);
            }
            whole = true;
            return file;
        } finally {
            if (!whole) {
                discard(file);
            }
        }
    }

    /** A failure is a warning, because the next start removes what is left over. */
    void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            LOG.warn("received database cannot be removed file={} error=\"{}\"", file, failure.getMessage());
        }
    }

    /**
     * The database that Go etcd would go on with: the one that came with the log's snapshot, if it died before it put that in place, and
     * otherwise its own.
     *
     * @param snapshotIndex of the log's snapshot
     */
    public Optional<Path> inherited(long snapshotIndex) {
        return allInherited(snapshotIndex).findFirst();
    }

    private Stream<Path> allInherited(long snapshotIndex) {
        return folder.stream().flatMap(at -> Stream.of(at.resolve(CAME_WITH_SNAPSHOT.formatted(snapshotIndex)), at.resolve(LIVE)))
                .filter(Files::isRegularFile);
    }

    /** True when etcd's own database is there. */
    public boolean anyInherited() {
        return allInherited(0).findAny().isPresent();
    }

    /** Our own engine has what is in etcd's databases: they go out of the way, and stay for whoever wants to go back. */
    public void setInheritedAside(long snapshotIndex) throws IOException {
        for (Path file : allInherited(snapshotIndex).toList()) {
            Path aside = file.resolveSibling(file.getFileName() + ".imported");
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            LOG.info("etcd's database was imported and is kept beside; it may be removed file={}", aside);
        }
    }
}
