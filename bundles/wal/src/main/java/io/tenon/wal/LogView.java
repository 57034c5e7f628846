package io.tenon.wal;

/**
 * What could be read at one instant.
 *
 * @param points of which the first {@code count} belong to this view; the others are the writer's
 */
record LogView(Point[] points, int count, long firstIndex, long lastIndex) {

    /** Place of the last point that is not after an entry. The entry must be in the view. */
    int floor(long index) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (points[middle].index() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    Point point(int place) {
        return points[place];
    }

    /** The entry before which the point's stretch of the file ends: the next point's, or the one after the last. */
    long stretchEnd(int place) {
        return place + 1 < count ? points[place + 1].index() : lastIndex + 1;
    }
}
