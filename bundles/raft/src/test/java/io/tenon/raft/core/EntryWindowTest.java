package io.tenon.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryWindowTest {

    @Test
    void behavesLikeAListWithAFront() {
        var random = new Random(17);
        for (int round = 0; round < 100; round++) {
            long base = random.nextInt(1_000);
            var window = new EntryWindow(new LogMark(1, base));
            var model = new ArrayList<Entry>();
            long modelBase = base;
            long term = 1;
            for (int i = 0; i < 500; i++) {
                long last = modelBase + model.size();
                switch (random.nextInt(8)) {
                    case 0 -> {
                        long keep = modelBase + random.nextInt(model.size() + 1);
                        window.truncateAfter(keep);
                        while (modelBase + model.size() > keep) {
                            model.removeLast();
                        }
                    }
                    case 1 -> {
                        long drop = modelBase + random.nextInt(Math.min(3, model.size() + 1));
                        window.dropUpTo(drop);
                        while (modelBase < drop) {
                            model.removeFirst();
                            modelBase++;
                        }
                    }
                    default -> {
                        var entry = entry(++term, last + 1, random.nextInt(100));
                        window.append(entry);
                        model.add(entry);
                    }
                }
                assertEquals(modelBase, window.base());
                assertEquals(modelBase + model.size(), window.last());
                assertEquals(model, window.slice(modelBase + 1, window.last() + 1, Long.MAX_VALUE));
            }
        }
    }

    @Test
    void sliceStaysWithinItsBytesButGivesOneEntry() {
        var window = new EntryWindow(LogMark.ZERO);
        for (int i = 1; i <= 5; i++) {
            window.append(entry(1, i, 100));
        }
        long size = EntrySize.encodedBytes(window.get(1));
        assertEquals(1, window.slice(1, 6, 1).size());
        assertEquals(2, window.slice(1, 6, 2 * size).size());
        assertEquals(2, window.slice(1, 6, 3 * size - 1).size());
        assertEquals(List.of(), window.slice(3, 3, 1));
    }

    @Test
    void shrinkKeepsWhatIsWithinTheLimit() {
        var window = new EntryWindow(LogMark.ZERO);
        for (int i = 1; i <= 10; i++) {
            window.append(entry(i, i, 1_000));
        }
        window.shrink(8, 3_500);
        assertEquals(7, window.base());
        assertEquals(7, window.term(7));
        window.shrink(8, 0);
        assertEquals(8, window.base());
    }

    @Test
    void gapIsRefusedWithItsNumbers() {
        var window = new EntryWindow(new LogMark(4, 9));
        var gap = assertThrows(IllegalStateException.class, () -> window.append(entry(4, 11, 1)));
        assertEquals("entry 4/11 after 4/9", gap.getMessage());
        assertThrows(IllegalStateException.class, () -> window.append(entry(3, 10, 1)));
    }

    @Test
    void encodedSizeIsProtobufs() {
        var random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            var entry = entry(random.nextLong() >>> random.nextInt(64), random.nextLong() >>> random.nextInt(64), random.nextInt(300));
            var message = io.tenon.wire.raftpb.Entry.newBuilder().setType(io.tenon.wire.raftpb.EntryType.EntryNormal)
                    .setTerm(entry.term()).setIndex(entry.index());
            if (!entry.data().isEmpty()) {
                message.setData(entry.data());
            }
            assertEquals(message.build().getSerializedSize(), EntrySize.encodedBytes(entry));
        }
    }

    private static Entry entry(long term, long index, int bytes) {
        return new Entry(term, index, EntryType.NORMAL, ByteString.copyFrom(new byte[bytes]));
    }
}
