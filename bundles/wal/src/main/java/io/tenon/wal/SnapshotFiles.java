package io.tenon.wal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogException;
import io.tenon.wal.disk.Disk;
import io.tenon.wal.disk.DiskFile;
import io.tenon.wal.format.Messages;
import io.tenon.wal.format.SnapshotName;
import io.tenon.wire.raftpb.SnapshotMetadata;
import io.tenon.wire.snappb.snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code *.snap} files of one directory. Each is complete or absent: it gets its name when it is durable. */
final class SnapshotFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFiles.class);
    /** etcd removes leftovers that begin with "tmp" when it starts, and so do we. */
    private static final String UNFINISHED = "tmp-snap-";

    private final Disk disk;
    private final Path directory;

    SnapshotFiles(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** Makes the directory if need be and removes what a crash left half written. */
    void prepare() throws IOException {
        disk.createDirectories(directory);
        for (String name : disk.names(directory)) {
            if (name.startsWith(UNFINISHED)) {
                disk.delete(directory.resolve(name));
            }
        }
    }

    /** Newest first. */
    List<SnapshotName> names() throws IOException {
        return disk.names(directory).stream().map(SnapshotName::parse).flatMap(Optional::stream).sorted(Comparator.reverseOrder()).toList();
    }

    /** Writes the file; durable on return. */
    void write(Snapshot content) throws LogException {
        SnapshotName name = new SnapshotName(content.term(), content.index());
        Path unfinished = directory.resolve(UNFINISHED + name);
        try {
            try (DiskFile file = disk.create(unfinished)) {
                file.writeFully(encode(content).asReadOnlyByteBuffer(), 0);
                file.sync();
            }
            disk.rename(unfinished, directory.resolve(name.toString()));
            disk.syncDirectory(directory);
        } catch (IOException failed) {
            throw Damage.io("write snapshot file", directory.resolve(name.toString()), failed);
        }
    }

    static ByteString encode(Snapshot content) {
        SnapshotMetadata.Builder metadata = SnapshotMetadata.newBuilder().setConfState(Messages.confState(content.confState()))
                .setIndex(content.index()).setTerm(content.term());
        io.tenon.wire.raftpb.Snapshot.Builder message = io.tenon.wire.raftpb.Snapshot.newBuilder().setMetadata(metadata);
        if (!content.data().isEmpty()) {
            message.setData(content.data());
        }
        ByteString data = message.build().toByteString();
        return snapshot.newBuilder().setCrc(checksum(data)).setData(data).build().toByteString();
    }

    /** Reads one; a bad file is set aside as {@code *.broken} and is as if it were not there. */
    Optional<Snapshot> load(SnapshotName name) throws IOException {
        Path path = directory.resolve(name.toString());
        Optional<Snapshot> content = decode(read(path)).filter(found -> found.index() == name.index() && found.term() == name.term());
        if (content.isEmpty()) {
            LOG.warn("snapshot file is damaged and set aside file={}", path);
            disk.rename(path, directory.resolve(name + ".broken"));
            disk.syncDirectory(directory);
        }
        return content;
    }

    private ByteString read(Path path) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.readFully(bytes, 0);
            return ByteString.copyFrom(bytes.flip());
        }
    }

    static Optional<Snapshot> decode(ByteString file) {
        try {
            snapshot outer = snapshot.parseFrom(file);
            if (outer.getCrc() == 0 || outer.getData().isEmpty() || outer.getCrc() != checksum(outer.getData())) {
                return Optional.empty();
            }
            io.tenon.wire.raftpb.Snapshot message = io.tenon.wire.raftpb.Snapshot.parseFrom(outer.getData());
            SnapshotMetadata metadata = message.getMetadata();
            return Optional.of(new Snapshot(metadata.getIndex(), metadata.getTerm(), Messages.confState(metadata.getConfState()), message.getData()));
        } catch (InvalidProtocolBufferException malformed) {
            LOG.warn("snapshot file does not parse: {}", malformed.getMessage());
            return Optional.empty();
        }
    }

    private static int checksum(ByteString data) {
        CRC32C crc = new CRC32C();
        data.asReadOnlyByteBufferList().forEach(crc::update);
        return (int) crc.getValue();
    }

    /** Removes all but the newest; 0 keeps all. Not being able to is no reason to stop. */
    void keepNewest(int most) {
        try {
            List<SnapshotName> names = names();
            for (SnapshotName surplus : names.subList(most == 0 ? names.size() : Math.min(most, names.size()), names.size())) {
                disk.delete(directory.resolve(surplus.toString()));
                LOG.info("snapshot file removed file={}", surplus);
            }
        } catch (IOException failed) {
            LOG.warn("surplus snapshot files in {} cannot be removed", directory, failed);
        }
    }
}
