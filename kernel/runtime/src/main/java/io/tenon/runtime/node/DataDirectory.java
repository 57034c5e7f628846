package io.tenon.runtime.node;

import io.tenon.api.config.NodeConfig;
import io.tenon.spi.log.LogLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The layout of a data directory: {@code member/wal} and {@code member/snap} are etcd's, {@code member/tenon} is ours.
 *
 * @param wal     segments
 * @param snap    snapshot files
 * @param engines MANIFEST and the engines' folders
 */
record DataDirectory(Path root, Path wal, Path snap, Path engines) {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    static DataDirectory of(NodeConfig config) {
        Path member = config.dataDirectory().resolve("member");
        return new DataDirectory(config.dataDirectory(), config.walDirectory().orElse(member.resolve("wal")), member.resolve("snap"),
                member.resolve("tenon"));
    }

    /** Makes what is missing, for the owner alone. */
    void create() throws IOException {
        for (Path folder : new Path[] {root, snap, engines}) {
            try {
                Files.createDirectories(folder, OWNER_ONLY);
            } catch (IOException failure) {
                throw new IOException("cannot create data directory " + folder + ": " + failure + "; choose another --data-dir or give the "
                        + "user of this process write permission", failure);
            }
        }
    }

    LogLocation logLocation(NodeConfig config) {
        NodeConfig.Storage storage = config.storage();
        return new LogLocation(wal, snap, LogLocation.SEGMENT_BYTES, storage.sync(),
                new LogLocation.Retention(storage.maxSnapshots(), storage.maxWals()));
    }
}
