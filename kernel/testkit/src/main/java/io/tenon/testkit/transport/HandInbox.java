package io.tenon.testkit.transport;

import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.PeerInbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** An inbox that notes what comes, and takes it or not as the test says. Any thread. */
public final class HandInbox implements PeerInbox {
    private static final long WAIT_SECONDS = 60;

    private final List<Message> messages = new ArrayList<>();
    private final List<Received> snapshots = new ArrayList<>();
    private final Map<Long, Integer> unreachable = new HashMap<>();
    private int brokenSnapshots;
    private int begunSnapshots;
    private boolean stuck;
    private boolean readingStopped;
    private boolean refusing;

    /** A snapshot that arrived whole. */
    public record Received(Message message, byte[] export) {
    }

    @Override
    public synchronized boolean receive(Message message) {
        while (stuck) {
            waitForChange();
        }
        messages.add(message);
        notifyAll();
        return true;
    }

    @Override
    public void receiveSnapshot(Message message, InputStream export) throws IOException {
        synchronized (this) {
            begunSnapshots++;
            notifyAll();
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[10_000];
        try {
            checkTaken();
            for (int read = export.read(piece); read >= 0; read = export.read(piece)) {
                all.write(piece, 0, read);
                synchronized (this) {
                    while (readingStopped) {
                        waitForChange();
                    }
                }
            }
        } catch (IOException broken) {
            synchronized (this) {
                brokenSnapshots++;
                notifyAll();
            }
            throw broken;
        }
        synchronized (this) {
            snapshots.add(new Received(message, all.toByteArray()));
            notifyAll();
        }
    }

    @Override
    public void receiveDatabase(Message message, InputStream database) throws IOException {
        receiveSnapshot(message, database);
    }

    private synchronized void checkTaken() throws IOException {
        if (refusing) {
            throw new IOException("another snapshot is being received");
        }
    }

    @Override
    public synchronized void unreachable(long member) {
        unreachable.merge(member, 1, Integer::sum);
        notifyAll();
    }

    /** The next message keeps the thread that brings it, until {@link #goOn}. */
    public synchronized void getStuck() {
        stuck = true;
    }

    /** Snapshots are not read on after a first piece, until {@link #goOn}. */
    public synchronized void stopReading() {
        readingStopped = true;
    }

    public synchronized void goOn() {
        stuck = false;
        readingStopped = false;
        notifyAll();
    }

    /** Snapshots are refused before anything of them is read. */
    public synchronized void refuseSnapshots() {
        refusing = true;
    }

    public synchronized List<Message> messages() {
        return List.copyOf(messages);
    }

    /** From one member, in the order in which they came. */
    public synchronized List<Message> messagesFrom(long member) {
        return messages.stream().filter(message -> message.from() == member).toList();
    }

    public synchronized List<Received> snapshots() {
        return List.copyOf(snapshots);
    }

    /** Snapshots that were begun, whatever became of them. */
    public synchronized int begunSnapshots() {
        return begunSnapshots;
    }

    /** Snapshots that did not arrive whole. */
    public synchronized int brokenSnapshots() {
        return brokenSnapshots;
    }

    /** How often this member was told to be unreachable. */
    public synchronized int unreachableReports(long member) {
        return unreachable.getOrDefault(member, 0);
    }

    /** Waits until this inbox is as wanted; fails after a minute. */
    public synchronized void await(String what, Predicate<HandInbox> wanted) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!wanted.test(this)) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("not within " + WAIT_SECONDS + " s: " + what + "; messages " + messages.size() + ", unreachable "
                        + unreachable + ", snapshots " + snapshots.size() + " whole and " + brokenSnapshots + " broken");
            }
            waitForChange();
        }
    }

    /** Wakes at each change, and now and then: what is waited for may hang on something else. */
    private void waitForChange() {
        try {
            wait(20);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }
}
