package io.tenon.storage.mvstore.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file of the file system. A channel of the JDK closes itself for everybody when a thread that uses it is interrupted; here the channel
 * is opened again and the operation repeated, so that one cancelled reader does not take the store away from all others.
 */
public final class FileDisk implements Disk {
    private final Path file;
    /** Tells whether the path still leads to the file that was opened; a rewritten store takes its place. */
    private final Object identity;
    /** Replaced under this object's monitor when an interrupt closed it. */
    private volatile FileChannel channel;
    private volatile boolean closed;

    /** Something to do with a channel; may be repeated. */
    private interface Operation {
        void on(FileChannel channel) throws IOException;
    }

    private FileDisk(Path file, Object identity, FileChannel channel) {
        this.file = file;
        this.identity = identity;
        this.channel = channel;
    }

    /** Opens a file for reading and writing; an absent one is created empty. */
    public static FileDisk open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new FileDisk(file, identity(file), channel);
    }

    private static Object identity(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file : key;
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        uninterrupted(open -> {
            target.position(start);
            long at = position;
            int count = 0;
            while (target.hasRemaining() && count >= 0) {
                count = open.read(target, at);
                at += count;
            }
        });
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        int start = source.position();
        uninterrupted(open -> {
            source.position(start);
            long at = position;
            while (source.hasRemaining()) {
                at += open.write(source, at);
            }
        });
    }

    @Override
    public void sync() throws IOException {
        uninterrupted(open -> open.force(true));
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        uninterrupted(open -> open.truncate(sizeBytes));
    }

    @Override
    public long sizeBytes() throws IOException {
        long[] size = new long[1];
        uninterrupted(open -> size[0] = open.size());
        return size[0];
    }

    private void uninterrupted(Operation operation) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel open = channel;
                try {
                    operation.on(open);
                    return;
                } catch (AsynchronousCloseException interruptedHere) {
                    interrupted |= Thread.interrupted();
                    reopen(open);
                } catch (ClosedChannelException interruptedElsewhere) {
                    reopen(open);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void reopen(FileChannel broken) throws IOException {
        if (closed || !identity.equals(identity(file))) {
            throw new ClosedChannelException();
        }
        if (channel == broken) {
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
