package io.tenon.bolt;

import java.io.IOException;
import java.io.OutputStream;

/** Gives pages their places, one behind the other, and writes them unless it only counts. */
sealed interface PageSink {

    /** @return the page's id */
    long page(Draft draft) throws IOException;

    /** The page that comes next. */
    long next();

    /** Pages that a draft takes. */
    static long pages(Draft draft) {
        return (draft.sizeBytes() + BoltWriter.PAGE_BYTES - 1) / BoltWriter.PAGE_BYTES;
    }

    /** Learns the layout. */
    final class Counting implements PageSink {
        private long next = Format.FIRST_DATA_PAGE;

        @Override
        public long page(Draft draft) {
            long id = next;
            next += pages(draft);
            return id;
        }

        @Override
        public long next() {
            return next;
        }
    }

    /** Writes, and stops before it would write more than was planned. */
    final class Writing implements PageSink {
        private static final byte[] ZEROS = new byte[BoltWriter.PAGE_BYTES];

        private final OutputStream stream;
        private final long end;
        private long next = Format.FIRST_DATA_PAGE;

        Writing(OutputStream stream, long end) {
            this.stream = stream;
            this.end = end;
        }

        @Override
        public long page(Draft draft) throws IOException {
            long id = next;
            long pages = pages(draft);
            next += pages;
            if (next > end) {
                throw new IOException("the rows are more than when they were counted: page " + next + " of " + end);
            }
            draft.writeTo(stream, id, pages - 1);
            stream.write(ZEROS, 0, (int) (pages * BoltWriter.PAGE_BYTES - draft.sizeBytes()));
            return id;
        }

        @Override
        public long next() {
            return next;
        }
    }
}
