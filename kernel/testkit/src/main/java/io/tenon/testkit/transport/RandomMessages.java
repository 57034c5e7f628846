package io.tenon.testkit.transport;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Messages with every field drawn by lot; one seed gives the same ones again. */
public final class RandomMessages {
    private static final List<MessageType> STREAMED = Stream.of(MessageType.values()).filter(type -> type != MessageType.SNAPSHOT).toList();
    private static final Set<MessageType> ABOUT_ENTRIES =
            EnumSet.of(MessageType.PROPOSE, MessageType.READ_INDEX, MessageType.READ_INDEX_RESPONSE);
    private static final int MOST_ENTRIES = 20;
    private static final int LARGE_BYTES = 300_000;

    private final Random random;

    public RandomMessages(long seed) {
        random = new Random(seed);
    }

    /** Any type but a snapshot, which goes another way. */
    public Message next(long from, long to) {
        List<Entry> entries = new ArrayList<>();
        MessageType type = STREAMED.get(random.nextInt(STREAMED.size()));
        int least = ABOUT_ENTRIES.contains(type) ? 1 : 0;
        int count = random.nextBoolean() ? least : least + random.nextInt(MOST_ENTRIES);
        for (int i = 0; i < count; i++) {
            entries.add(new Entry(number(), number(), EntryType.of(random.nextInt(EntryType.values().length)), bytes()));
        }
        return new Message(type, to, from, number(), number(), number(), List.copyOf(entries), number(),
                Snapshot.EMPTY, random.nextBoolean(), number(), random.nextBoolean() ? ByteString.EMPTY : bytes());
    }

    /** What goes before a snapshot's state. */
    public Message snapshot(long from, long to) {
        ConfState state = new ConfState(ids(), ids(), ids(), ids(), random.nextBoolean());
        return new Message(MessageType.SNAPSHOT, to, from, number(), 0, 0, List.of(), 0,
                new Snapshot(number() | 1, number(), state, bytes()), false, 0, ByteString.EMPTY);
    }

    private List<Long> ids() {
        return random.longs(random.nextInt(4)).boxed().toList();
    }

    /** Zero, small, or any of 64 bits. */
    private long number() {
        return switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1_000);
            default -> random.nextLong();
        };
    }

    /** Empty, short, or rarely large. */
    public ByteString bytes() {
        int length = switch (random.nextInt(50)) {
            case 0 -> LARGE_BYTES;
            case 1, 2, 3 -> 0;
            default -> random.nextInt(200);
        };
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
