package io.tenon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.wal.format.SegmentName;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Segment FIRST = new Segment(Path.of("wal"), new SegmentName(0, 0));

    @Test
    void aViewStaysAsItIsWhileTheLogGoesOn() {
        Timeline timeline = new Timeline();
        for (long index = 1; index <= 100; index++) {
            timeline.append(Rig.entry(1, index, ""), FIRST, index * Timeline.STRIDE_BYTES, 0);
        }
        LogView before = timeline.view();
        timeline.append(Rig.entry(2, 50, ""), FIRST, 101 * Timeline.STRIDE_BYTES, 0);
        timeline.append(Rig.entry(2, 51, ""), FIRST, 102 * Timeline.STRIDE_BYTES, 0);
        assertEquals(100, before.lastIndex());
        assertEquals(60 * Timeline.STRIDE_BYTES, before.point(before.floor(60)).offset());
        LogView after = timeline.view();
        assertEquals(51, after.lastIndex());
        assertEquals(102 * Timeline.STRIDE_BYTES, after.point(after.floor(51)).offset());
        assertEquals(50, after.stretchEnd(after.floor(49)));
    }

    @Test
    void entriesMustFollow() {
        Timeline timeline = new Timeline();
        timeline.append(Rig.entry(1, 1, ""), FIRST, 0, 0);
        assertThrows(IllegalStateException.class, () -> timeline.append(Rig.entry(1, 3, ""), FIRST, 0, 0));
        timeline.restart(10, 1);
        assertThrows(IllegalStateException.class, () -> timeline.append(Rig.entry(1, 10, ""), FIRST, 0, 0));
    }

    /** Against a map of every entry: the point below an entry, read up to the stretch's end, finds exactly the newest ones. */
    @Test
    void pointsFindTheNewestEntriesAfterAnyOverwrites() {
        Random random = new Random(7);
        long points = 0;
        long entries = 0;
        for (int round = 0; round < 200; round++) {
            Timeline timeline = new Timeline();
            TreeMap<Long, Long> newest = new TreeMap<>();
            TreeMap<Long, Long> file = new TreeMap<>();
            long sequence = 0;
            Segment segment = FIRST;
            long offset = 0;
            for (int step = 0; step < 300; step++) {
                long last = timeline.lastIndex();
                long index = random.nextInt(10) == 0 ? 1 + random.nextInt((int) last + 1) : last + 1;
                timeline.append(Rig.entry(step, index, ""), segment, offset, 0);
                newest.tailMap(index).clear();
                newest.put(index, offset);
                file.put(offset, index);
                offset += 1 + random.nextInt((int) Timeline.STRIDE_BYTES / 4);
                if (random.nextInt(40) == 0) {
                    segment = new Segment(Path.of("wal"), new SegmentName(++sequence, timeline.lastIndex() + 1));
                }
            }
            LogView view = timeline.view();
            assertEquals(newest.lastKey(), view.lastIndex());
            newest.forEach((index, place) -> assertEquals(place, find(view, file, index)));
            points += view.count();
            entries += newest.size();
        }
        assertTrue(points * 2 < entries, points + " points for " + entries + " entries");
    }

    private static long find(LogView view, TreeMap<Long, Long> file, long index) {
        int place = view.floor(index);
        assertTrue(index < view.stretchEnd(place));
        long offset = view.point(place).offset();
        for (long at = view.point(place).index(); at < index; at++) {
            assertEquals(at, file.get(offset));
            offset = file.higherKey(offset);
        }
        return offset;
    }
}
