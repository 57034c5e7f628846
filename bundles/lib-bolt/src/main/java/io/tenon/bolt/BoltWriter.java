package io.tenon.bolt;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes a file from front to back. The metas stand at the front and name the root, which is written last: so the source is read once to learn
 * where every page will be, and once to write. Takes memory for two pages a level of a tree.
 *
 * <p>Small buckets stand within the root's elements, as bolt has them; free pages are not listed, as etcd has it; both metas name
 * the same tree.
 */
public final class BoltWriter {
    static final int PAGE_BYTES = 4096;
    /** A bucket of one leaf that takes no more stands within the element that names it. */
    private static final int MOST_INLINE_BYTES = PAGE_BYTES / 4;
    private static final int FEWEST_PAGES = 4;
    private static final int BUFFER_BYTES = 256 << 10;
    private static final byte[] EMPTY_PAGE = new byte[PAGE_BYTES];

    private final BoltSource source;
    private final Meta meta;

    private BoltWriter(BoltSource source, Meta meta) {
        this.source = source;
        this.meta = meta;
    }

    /** Reads the source once. */
    public static BoltWriter of(BoltSource source) throws IOException {
        PageSink.Counting pages = new PageSink.Counting();
        long root = write(source, pages);
        // The transaction's number decides which meta the next one is written to: page 0 has even ones.
        return new BoltWriter(source, new Meta(PAGE_BYTES, root, Format.NO_PAGE, Math.max(pages.next(), FEWEST_PAGES), 2));
    }

    /** What {@link #writeTo} writes. */
    public long sizeBytes() {
        return meta.highWater() * PAGE_BYTES;
    }

    /**
     * Reads the source once more and writes all of it.
     *
     * @param target flushed and left open
     * @throws IOException the target failed, or the source says something else than before; what was written is no whole file
     */
    public void writeTo(OutputStream target) throws IOException {
        OutputStream stream = new BufferedOutputStream(target, BUFFER_BYTES);
        stream.write(meta.page(0));
        stream.write(new Meta(PAGE_BYTES, meta.root(), meta.freelist(), meta.highWater(), meta.transaction() - 1).page(1));
        PageSink.Writing pages = new PageSink.Writing(stream, meta.highWater());
        long root = write(source, pages);
        for (long page = pages.next(); page < FEWEST_PAGES; page++) {
            stream.write(EMPTY_PAGE);
        }
        if (root != meta.root() || Math.max(pages.next(), FEWEST_PAGES) != meta.highWater()) {
            throw new IOException("the rows are not those that were counted: the root is page " + root + " instead of " + meta.root());
        }
        stream.flush();
    }

    /** @return the root's page */
    private static long write(BoltSource source, PageSink pages) throws IOException {
        TreeBuilder root = new TreeBuilder(pages);
        for (byte[] name : source.buckets()) {
            TreeBuilder bucket = new TreeBuilder(pages);
            source.rows(name, bucket::row);
            root.bucket(name, bucketValue(bucket.finish(), pages));
        }
        return pages.page(root.finish());
    }

    /** What stands behind a bucket's name: its root's page, or that page itself. */
    private static byte[] bucketValue(Draft root, PageSink pages) throws IOException {
        ByteBuffer head = Format.allocate(Format.BUCKET_BYTES);
        if (!root.isLeaf() || root.sizeBytes() > MOST_INLINE_BYTES) {
            return head.putLong(pages.page(root)).array();
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(head.array());
        root.writeTo(value, 0, 0);
        return value.toByteArray();
    }
}
