package io.tenon.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogLocation;
import io.tenon.spi.log.LogSession;
import io.tenon.wal.disk.LocalDisk;
import io.tenon.wal.format.Messages;
import io.tenon.wire.etcdserverpb.Metadata;
import io.tenon.wire.walpb.Record;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that etcd wrote, read and written again byte for byte. The messages in them are decoded by protobuf's own code here. */
class GoldenFilesTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"single-member", "three-members"})
    void sameRecordsGiveTheSameBytes(String vector) throws IOException {
        List<Frame> frames = frames(vector);
        Rig rig = new Rig(new LocalDisk(), LogLocation.of(directory.resolve("wal"), directory.resolve("snap")));
        LogSession log = rig.store.create(rig.location, LogBeginning.empty(identity(frames)), rig.loops);
        for (Frame frame : frames) {
            switch (frame.type) {
                case "entry" -> rig.queue(log, frame.entry());
                case "state" -> rig.queue(log, Optional.of(frame.state()));
                default -> { } // written by creating the log
            }
        }
        rig.loops.stepUntilIdle();
        byte[] expected = file(frames);
        byte[] written = Files.readAllBytes(rig.segment(0, 0));
        assertArrayEquals(expected, Arrays.copyOf(written, expected.length));
        assertEquals(64_000_000, written.length);
        assertEquals(0, written[expected.length]);
        log.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"single-member", "three-members"})
    void etcdsBytesGiveTheSameRecords(String vector) throws IOException {
        List<Frame> frames = frames(vector);
        Rig rig = new Rig(new LocalDisk(), LogLocation.of(directory.resolve("wal"), directory.resolve("snap")));
        Files.createDirectories(rig.location.walDirectory());
        Files.write(rig.segment(0, 0), Arrays.copyOf(file(frames), 1 << 20));
        assertEquals(Optional.of(identity(frames)), rig.store.identify(rig.location));
        try (LogSession log = rig.open()) {
            assertEquals(identity(frames), log.identity());
            assertEquals(frames.stream().filter(frame -> frame.type.equals("state")).map(Frame::state).toList().getLast(), log.recovery().hardState());
            List<Entry> entries = frames.stream().filter(frame -> frame.type.equals("entry")).map(Frame::entry).toList();
            assertEquals(entries, Rig.readAll(log));
            assertEquals(entries.getLast().index(), log.recovery().lastIndex());
            assertEquals(entries.getLast().term(), log.recovery().lastTerm());
            assertEquals(0, log.recovery().repaired());
            assertEquals(Snapshot.EMPTY, log.recovery().snapshot());
        }
    }

    @Test
    void snapshotFileIsEtcds() throws IOException {
        String name = "0000000000000002-0000000000001747.snap";
        byte[] json = resource(name + ".json");
        Map<String, String> facts = new String(resource(name + ".txt"), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" ")).collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        ConfState voters = ConfState.ofVoters(List.of(5249817134729398576L, Long.parseUnsignedLong("15458292590237145789"),
                Long.parseUnsignedLong("17819641999820805434")));
        Snapshot snapshot = new Snapshot(0x1747, 2, voters, ByteString.copyFrom(json));
        ByteString file = SnapshotFiles.encode(snapshot);
        String hex = HexFormat.of().formatHex(file.toByteArray());
        assertEquals(facts.get("bytes"), Integer.toString(file.size()));
        assertTrue(hex.startsWith(facts.get("first")), hex);
        assertTrue(hex.endsWith(facts.get("last")), hex);
        assertEquals(Optional.of(snapshot), SnapshotFiles.decode(file));
    }

    private static LogIdentity identity(List<Frame> frames) throws IOException {
        Frame metadata = frames.stream().filter(frame -> frame.type.equals("metadata")).findFirst().orElseThrow();
        return Messages.identity(Metadata.parseFrom(metadata.data()));
    }

    private static byte[] file(List<Frame> frames) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        frames.forEach(frame -> file.writeBytes(frame.bytes));
        return file.toByteArray();
    }

    private static List<Frame> frames(String vector) throws IOException {
        List<Frame> frames = new ArrayList<>();
        for (String line : new String(resource(vector + ".wal.txt"), StandardCharsets.UTF_8).split("\n")) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(" ");
                frames.add(new Frame(parts[0], HexFormat.of().parseHex(parts[1])));
            }
        }
        return frames;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/vectors/" + name)) {
            return in.readAllBytes();
        }
    }

    private record Frame(String type, byte[] bytes) {

        ByteString data() {
            try {
                return Record.parseFrom(ByteString.copyFrom(bytes, 8, bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8)).getData();
            } catch (IOException malformed) {
                throw new AssertionError(malformed);
            }
        }

        Entry entry() {
            try {
                io.tenon.wire.raftpb.Entry entry = io.tenon.wire.raftpb.Entry.parseFrom(data());
                return new Entry(entry.getTerm(), entry.getIndex(), EntryType.of(entry.getType().getNumber()), entry.getData());
            } catch (IOException malformed) {
                throw new AssertionError(malformed);
            }
        }

        HardState state() {
            try {
                io.tenon.wire.raftpb.HardState state = io.tenon.wire.raftpb.HardState.parseFrom(data());
                return new HardState(state.getTerm(), state.getVote(), state.getCommit());
            } catch (IOException malformed) {
                throw new AssertionError(malformed);
            }
        }
    }
}
