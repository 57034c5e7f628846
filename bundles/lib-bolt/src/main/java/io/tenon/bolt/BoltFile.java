package io.tenon.bolt;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A bolt file that nobody writes meanwhile. Whatever is in it, reading ends, with rows or with a {@link BoltException}, and takes memory for one
 * page a level. Pages have no checksums: what a damaged byte of a key or value was is not known, but no row is lost or invented unseen.
 */
public final class BoltFile implements Closeable {
    private final FileChannel file;
    private final Meta meta;

    private BoltFile(FileChannel file, Meta meta) {
        this.file = file;
        this.meta = meta;
    }

    /** @throws BoltException neither meta page is whole */
    public static BoltFile open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        boolean open = false;
        try {
            Meta meta = Meta.newest((offset, sizeBytes) -> Pages.read(file, offset, sizeBytes));
            open = true;
            return new BoltFile(file, meta);
        } finally {
            if (!open) {
                file.close();
            }
        }
    }

    public int pageSizeBytes() {
        return meta.pageSize();
    }

    /**
     * Visits everything, and checks that every page is in exactly one place of the tree or free, and its elements in order. What was visited is
     * whole when this returns, and not before.
     *
     * @throws BoltException the file is damaged
     */
    public void read(BoltVisitor visitor) throws IOException {
        Pages pages = new Pages(file, meta);
        new Walk(pages, visitor).file(meta.root());
        pages.checkFreePages();
    }

    /** Checks the file without giving its rows to anyone. */
    public void check() throws IOException {
        read(new BoltVisitor() {
            @Override
            public void bucket(int depth, byte[] name) {
                // Only the pages matter.
            }

            @Override
            public void row(int depth, byte[] key, byte[] value) {
                // Only the pages matter.
            }
        });
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
