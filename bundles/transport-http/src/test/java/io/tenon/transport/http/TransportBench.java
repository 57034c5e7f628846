package io.tenon.transport.http;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.transport.PeerInbox;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Two transports over loopback: round trips of an append and its answer one at a time, and appends in a window. Run by hand; arguments: round trips,
 * appends, window, bytes of an entry.
 */
final class TransportBench {
    private static final ByteString NOTHING = ByteString.EMPTY;

    private TransportBench() {
    }

    private record Bring(Consumer<Message> to) implements PeerInbox {
        @Override
        public boolean receive(Message message) {
            to.accept(message);
            return true;
        }

        @Override
        public void receiveSnapshot(Message message, InputStream export) throws IOException {
            throw new IOException("none is sent");
        }

        @Override
        public void receiveDatabase(Message message, InputStream database) throws IOException {
            throw new IOException("none is sent");
        }

        @Override
        public void unreachable(long member) {
            System.err.println("unreachable " + member);
        }
    }

    public static void main(String[] arguments) throws Exception {
        int[] sizes = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        Network network = new Network(List.of(1L, 2L));
        HttpTransport[] follower = new HttpTransport[1];
        Semaphore answered = new Semaphore(0);
        AtomicLong received = new AtomicLong();
        Bring answers = new Bring(_ -> answered.release());
        Bring appends = new Bring(message -> {
            received.incrementAndGet();
            follower[0].send(List.of(new Message(MessageType.APPEND_RESPONSE, 1, 2, 1, 0, message.index(), List.of(), 0, Snapshot.EMPTY, false, 0,
                    NOTHING)));
        });
        try (Network.Member second = network.start(2, appends, new RecordedControl());
                Network.Member first = network.start(1, answers, new RecordedControl())) {
            follower[0] = second.transport();
            while (!first.transport().isConnected(2) || !second.transport().isConnected(1)) {
                Thread.onSpinWait();
            }
            ByteString data = ByteString.copyFrom(new byte[sizes[3]]);
            for (int round = 0; round < 5; round++) {
                roundTrips(first.transport(), answered, sizes[0], data);
                window(first.transport(), answered, sizes[1], sizes[2], data);
            }
        }
        System.out.println(received + " appends");
    }

    private static Message append(long index, ByteString data) {
        return new Message(MessageType.APPEND, 2, 1, 1, 1, index, List.of(new Entry(1, index + 1, EntryType.NORMAL, data)), index, Snapshot.EMPTY,
                false, 0, NOTHING);
    }

    private static void roundTrips(HttpTransport from, Semaphore answered, int count, ByteString data) throws InterruptedException {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            from.send(List.of(append(i, data)));
            answered.acquire();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        System.out.printf("round trip: median %.1f us, p99 %.1f us%n", nanos[count / 2] / 1e3, nanos[count * 99 / 100] / 1e3);
    }

    private static void window(HttpTransport from, Semaphore answered, int count, int window, ByteString data) throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            if (i >= window) {
                answered.acquire();
            }
            from.send(List.of(append(i, data)));
        }
        answered.acquire(Math.min(count, window));
        System.out.printf("window of %d: %.0f appends/s%n", window, count / ((System.nanoTime() - start) / 1e9));
    }
}
