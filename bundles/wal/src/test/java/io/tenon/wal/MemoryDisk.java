package io.tenon.wal;

import io.tenon.wal.disk.Disk;
import io.tenon.wal.disk.DiskFile;
import io.tenon.wal.disk.DiskLock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A disk that forgets. It keeps apart what was written and what was synced, for contents of files and for names in directories, and a
 * crash keeps all of the second and a random part of the first: writes up to a random byte or with random sectors missing, names up to
 * a random change. It can also fail, or write less than asked, at a chosen operation.
 */
public final class MemoryDisk implements Disk {
    private static final int SECTOR_BYTES = 512;

    /** What happens at the chosen operation. */
    public enum Fault { NONE, FAIL, SHORT_WRITE, CRASH }

    private final Folder root;
    private final Set<Content> locked = new HashSet<>();
    private Fault fault = Fault.NONE;
    private long faultAt;
    private long operations;
    private long syncs;
    private long writes;
    private boolean crashed;

    public MemoryDisk() {
        this(new Folder());
    }

    private MemoryDisk(Folder root) {
        this.root = root;
    }

    /** Plans a fault for the n-th operation from the beginning, counting from 1. */
    public synchronized void plan(Fault fault, long operation) {
        this.fault = fault;
        faultAt = operation;
    }

    public synchronized long operations() {
        return operations;
    }

    synchronized long syncs() {
        return syncs;
    }

    synchronized long writes() {
        return writes;
    }

    public synchronized boolean isCrashed() {
        return crashed;
    }

    /** What is there after power comes back. */
    public synchronized MemoryDisk afterCrash(Random random) {
        crashed = true;
        return new MemoryDisk((Folder) root.survivor(random));
    }

    /** The process that used it is gone, the machine is not: all that was written is there, and nobody holds a lock. */
    public synchronized void processDied() {
        locked.clear();
        fault = Fault.NONE;
    }

    /** Counts a change and plays the fault; true when only a part is to be written. */
    private boolean change() throws IOException {
        operations++;
        if (crashed) {
            throw new IOException("the machine is off");
        }
        if (operations != faultAt) {
            return false;
        }
        return switch (fault) {
            case NONE -> false;
            case FAIL -> throw new IOException("No space left on device");
            case SHORT_WRITE -> true;
            case CRASH -> {
                crashed = true;
                throw new IOException("the machine crashed");
            }
        };
    }

    // ---- names

    @Override
    public synchronized DiskFile create(Path file) throws IOException {
        change();
        Content content = new Content();
        folder(file.getParent()).put(name(file), content);
        return new Open(content);
    }

    @Override
    public synchronized DiskFile open(Path file) throws IOException {
        return new Open(content(file));
    }

    @Override
    public synchronized DiskFile openForReading(Path file) throws IOException {
        return new Open(content(file));
    }

    @Override
    public synchronized List<String> names(Path directory) throws IOException {
        return node(directory) instanceof Folder folder ? List.copyOf(folder.now.keySet()) : List.of();
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        Folder folder = root;
        for (Path part : directory) {
            if (!folder.now.containsKey(part.toString())) {
                change();
                folder.put(part.toString(), new Folder());
                folder.sync();
            }
            folder = (Folder) folder.now.get(part.toString());
        }
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        change();
        Node node = node(from);
        if (node == null) {
            throw new NoSuchFileException(from.toString());
        }
        // One change of the directory, so never half of it survives.
        folder(from.getParent()).move(name(from), name(to));
        if (!from.getParent().equals(to.getParent())) {
            throw new UnsupportedOperationException("rename to another directory");
        }
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        if (node(path) != null) {
            change();
            folder(path.getParent()).remove(name(path));
        }
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        change();
        syncs++;
        folder(directory).sync();
    }

    @Override
    public synchronized DiskLock lock(Path file) throws IOException {
        Content content = content(file);
        if (!locked.add(content)) {
            throw new IOException(file + " is locked: another process uses this data directory");
        }
        return () -> locked.remove(content);
    }

    /** The whole file as it is now. */
    synchronized byte[] bytes(Path file) throws IOException {
        Content content = content(file);
        return Arrays.copyOf(content.bytes, content.size);
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private Node node(Path path) {
        Node node = root;
        for (Path part : path) {
            node = node instanceof Folder folder ? folder.now.get(part.toString()) : null;
        }
        return node;
    }

    private Folder folder(Path path) throws IOException {
        if (node(path) instanceof Folder folder) {
            return folder;
        }
        throw new NoSuchFileException(path.toString());
    }

    private Content content(Path path) throws IOException {
        if (node(path) instanceof Content content) {
            return content;
        }
        throw new FileNotFoundException(path + " (crashed=" + crashed + ")");
    }

    private abstract static sealed class Node permits Folder, Content {
        abstract Node survivor(Random random);
    }

    /** Names now, and what changed since the last sync. */
    private static final class Folder extends Node {
        final TreeMap<String, Node> now = new TreeMap<>();
        private final TreeMap<String, Node> durable = new TreeMap<>();
        private final List<TreeMap<String, Node>> since = new ArrayList<>();

        void put(String name, Node node) {
            now.put(name, node);
            since.add(new TreeMap<>(now));
        }

        void move(String from, String to) {
            now.put(to, now.remove(from));
            since.add(new TreeMap<>(now));
        }

        void remove(String name) {
            now.remove(name);
            since.add(new TreeMap<>(now));
        }

        void sync() {
            durable.clear();
            durable.putAll(now);
            since.clear();
        }

        @Override
        Node survivor(Random random) {
            int kept = random.nextInt(since.size() + 1);
            Folder folder = new Folder();
            TreeMap<String, Node> names = kept == 0 ? durable : since.get(kept - 1);
            names.forEach((name, node) -> folder.now.put(name, node.survivor(random)));
            folder.sync();
            return folder;
        }
    }

    /** One change of a file's content: bytes at an offset, or a new size when there are none. */
    private record Write(int offset, byte[] bytes, int size) {
    }

    private static final class Content extends Node {
        byte[] bytes = new byte[0];
        int size;
        private byte[] durable = new byte[0];
        private final List<Write> since = new ArrayList<>();

        void write(int offset, byte[] data) {
            apply(new Write(offset, data, Math.max(size, offset + data.length)));
        }

        void resize(int newSize) {
            apply(new Write(0, new byte[0], newSize));
        }

        private void apply(Write write) {
            since.add(write);
            grow(write.size);
            if (write.size < size) {
                Arrays.fill(bytes, write.size, size, (byte) 0);
            }
            size = write.size;
            System.arraycopy(write.bytes, 0, bytes, write.offset, write.bytes.length);
        }

        private void grow(int most) {
            if (most > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(most, bytes.length * 2));
            }
        }

        void sync() {
            durable = Arrays.copyOf(bytes, size);
            since.clear();
        }

        @Override
        Node survivor(Random random) {
            Content content = new Content();
            content.bytes = durable.clone();
            content.size = durable.length;
            if (!since.isEmpty()) {
                if (random.nextBoolean()) {
                    keepPrefix(content, random);
                } else {
                    keepSectors(content, random);
                }
            }
            content.sync();
            return content;
        }

        /** Writes in their order up to a random byte of one of them. */
        private void keepPrefix(Content content, Random random) {
            int whole = random.nextInt(since.size() + 1);
            since.subList(0, whole).forEach(content::apply);
            if (whole < since.size()) {
                Write torn = since.get(whole);
                int kept = random.nextInt(torn.bytes.length + 1);
                content.apply(new Write(torn.offset, Arrays.copyOf(torn.bytes, kept), kept == 0 ? content.size : Math.max(content.size, torn.offset + kept)));
            }
        }

        /** The newest size, and each sector as it was or as it is. */
        private void keepSectors(Content content, Random random) {
            content.resize(size);
            for (int sector = 0; sector < size; sector += SECTOR_BYTES) {
                if (random.nextBoolean()) {
                    content.write(sector, Arrays.copyOfRange(bytes, sector, Math.min(size, sector + SECTOR_BYTES)));
                }
            }
        }
    }

    private final class Open implements DiskFile {
        private final Content content;

        Open(Content content) {
            this.content = content;
        }

        @Override
        public int write(ByteBuffer data, long position) throws IOException {
            synchronized (MemoryDisk.this) {
                boolean part = change();
                writes++;
                byte[] bytes = new byte[part ? (data.remaining() + 1) / 2 : data.remaining()];
                data.get(bytes);
                content.write((int) position, bytes);
                return bytes.length;
            }
        }

        @Override
        public int read(ByteBuffer into, long position) {
            synchronized (MemoryDisk.this) {
                int count = (int) Math.min(into.remaining(), content.size - position);
                if (count <= 0) {
                    return -1;
                }
                into.put(content.bytes, (int) position, count);
                return count;
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (MemoryDisk.this) {
                change();
                syncs++;
                content.sync();
            }
        }

        @Override
        public void reserve(long sizeBytes) throws IOException {
            truncate(Math.max(size(), sizeBytes));
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            synchronized (MemoryDisk.this) {
                change();
                content.resize((int) sizeBytes);
            }
        }

        @Override
        public long size() {
            synchronized (MemoryDisk.this) {
                return content.size;
            }
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
