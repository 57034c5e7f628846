package io.tenon.storage.mvstore;

import io.tenon.storage.mvstore.file.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A disk that stops at a given write, as when the power fails. What was synced is on it then; of the rest, each sector has what any of the
 * writes since the last sync left there, or nothing of them, chosen by a seed.
 */
public final class CrashingDisk implements Disk {
    private static final int SECTOR_BYTES = 512;
    /** Shares of unsynced sectors that a power failure takes: a few make chunks with a good head, a good foot and a hole between. */
    private static final double[] LOSSES = {0, 0.005, 0.02, 0.1, 0.5, 1};

    private final Path file;
    private final int crashAtWrite;
    private byte[] bytes;
    private int length;
    /** Sectors written since the last sync, with what they had before each of the writes. */
    private final Map<Integer, List<byte[]>> unsynced = new HashMap<>();
    private final List<Integer> lengths = new ArrayList<>();
    private int writes;
    private boolean off;

    /** @param crashAtWrite counted from 1 */
    public CrashingDisk(Path file, int crashAtWrite) throws IOException {
        this.file = file;
        this.crashAtWrite = crashAtWrite;
        bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        length = bytes.length;
    }

    boolean crashed() {
        return off || writes >= crashAtWrite;
    }

    /** The power fails now. */
    public synchronized void turnOff() {
        off = true;
    }

    public synchronized boolean isOff() {
        return off;
    }

    /** Writes to the file what is on the disk as long as the power stays. */
    public synchronized void leaveAll() throws IOException {
        Files.write(file, Arrays.copyOf(bytes, length));
    }

    int writes() {
        return writes;
    }

    private void count() throws IOException {
        if (crashed()) {
            throw new IOException("the power is off");
        }
        writes++;
    }

    @Override
    public synchronized void read(ByteBuffer target, long position) throws IOException {
        int count = (int) Math.min(target.remaining(), Math.max(0, length - position));
        target.put(bytes, (int) position, count);
    }

    @Override
    public synchronized void write(ByteBuffer source, long position) throws IOException {
        boolean last = writes + 1 >= crashAtWrite;
        count();
        int start = (int) position;
        int end = start + source.remaining();
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
        }
        for (int sector = start / SECTOR_BYTES; sector * SECTOR_BYTES < end; sector++) {
            int from = sector * SECTOR_BYTES;
            unsynced.computeIfAbsent(sector, s -> new ArrayList<>()).add(Arrays.copyOfRange(bytes, from, from + SECTOR_BYTES));
        }
        source.get(bytes, start, end - start);
        lengths.add(length);
        length = Math.max(length, end);
        if (last) {
            throw new IOException("the power failed");
        }
    }

    @Override
    public synchronized void sync() throws IOException {
        if (crashed()) {
            throw new IOException("the power is off");
        }
        unsynced.clear();
        lengths.clear();
    }

    @Override
    public synchronized void truncate(long sizeBytes) throws IOException {
        count();
        lengths.add(length);
        length = (int) sizeBytes;
    }

    @Override
    public synchronized long sizeBytes() {
        return length;
    }

    @Override
    public void close() {
        // What is left on the disk is decided by leave().
    }

    /** Writes to the file what the power failure left. */
    public void leave(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] left = bytes.clone();
        double loss = LOSSES[random.nextInt(LOSSES.length)];
        unsynced.forEach((sector, before) -> {
            if (random.nextDouble() < loss) {
                byte[] kept = before.get(random.nextInt(before.size()));
                System.arraycopy(kept, 0, left, sector * SECTOR_BYTES, Math.min(SECTOR_BYTES, left.length - sector * SECTOR_BYTES));
            }
        });
        boolean lengthLost = !lengths.isEmpty() && random.nextDouble() < loss;
        Files.write(file, Arrays.copyOf(left, lengthLost ? lengths.get(random.nextInt(lengths.size())) : length));
    }
}
