package io.tenon.wal.format;

/** A place in a segment where no whole record is. Whether it is damage or a write that never finished is for {@link TornTail} to say. */
public final class BrokenRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    /** How far the bytes can still be trusted. */
    public enum Extent {
        /** The length field makes no sense. */
        HEADER,
        /** What follows the length field is no record of that length. */
        PREFIX,
        /** Length, type and checksum agree with each other, but the data is not what was summed, or not all there. */
        DATA,
        /** Complete and checked, but of a kind that nobody knows: never the work of a lost write. */
        NOTHING_LOST
    }

    private final Extent extent;
    private final long offset;
    private final long endOffset;

    /**
     * @param offset    of the frame in its file
     * @param endOffset of the next frame, by this one's length
     */
    public BrokenRecordException(Extent extent, long offset, long endOffset, String reason) {
        super(reason);
        this.extent = extent;
        this.offset = offset;
        this.endOffset = endOffset;
    }

    public Extent extent() {
        return extent;
    }

    public long offset() {
        return offset;
    }

    public long endOffset() {
        return endOffset;
    }
}
