package io.tenon.bolt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that etcd wrote. */
class RecordedPagesTest {
    private static final int RECORDED_ROOT = 3;

    @TempDir
    private Path folder;

    private static List<String[]> recorded() throws IOException {
        try (InputStream stream = RecordedPagesTest.class.getResourceAsStream("/recorded.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.US_ASCII).lines().filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1)).toList();
        }
    }

    private static byte[] file() throws IOException {
        byte[] file = new byte[5 * BoltWriter.PAGE_BYTES];
        for (String[] line : recorded()) {
            if (line[0].equals("page")) {
                byte[] page = HexFormat.of().parseHex(line[2]);
                System.arraycopy(page, 0, file, Integer.parseInt(line[1]) * BoltWriter.PAGE_BYTES, page.length);
            }
        }
        return file;
    }

    private static Store store() throws IOException {
        Store store = new Store();
        byte[] bucket = {};
        for (String[] line : recorded()) {
            if (line[0].equals("bucket")) {
                bucket = Store.text(line[1]);
                store.bucket(bucket);
            } else if (line[0].equals("row")) {
                store.put(bucket, HexFormat.of().parseHex(line[1]), HexFormat.of().parseHex(line[2]));
            }
        }
        return store;
    }

    private static ByteBuffer only(String kind) throws IOException {
        String hex = recorded().stream().filter(line -> line[0].equals(kind)).findFirst().orElseThrow()[1];
        return Format.wrap(Arrays.copyOf(HexFormat.of().parseHex(hex), BoltWriter.PAGE_BYTES));
    }

    @Test
    void smallStoreOfEtcdIsRead() throws IOException {
        assertEquals(store().lines(), Store.read(folder, file()));
    }

    @Test
    void olderMetaCountsWhenTheNewerIsTorn() throws IOException {
        byte[] file = file();
        file[Format.HEADER_BYTES + 20] ^= 1;
        // It names page 2 as its root, which is empty by now.
        BoltException refused = org.junit.jupiter.api.Assertions.assertThrows(BoltException.class, () -> Store.read(folder, file));
        assertEquals("page 2: says it is page 0", refused.getMessage());
    }

    @Test
    void sameStoreIsWrittenAsEtcdWroteIt() throws IOException {
        byte[] ours = Store.page(store().write(), 2);
        byte[] theirs = Store.page(file(), RECORDED_ROOT);
        theirs[0] = 2;
        assertArrayEquals(theirs, ours);
    }

    @Test
    void metaIsWrittenAsEtcdWroteIt() throws IOException {
        assertArrayEquals(Store.page(file(), 0), new Meta(4096, 3, Format.NO_PAGE, 5, 16).page(0));
        assertArrayEquals(Store.page(file(), 1), new Meta(4096, 2, Format.NO_PAGE, 5, 15).page(1));
    }

    @Test
    void leafOfEtcdIsRead() throws IOException {
        ByteBuffer bytes = only("leaf");
        assertEquals(3592, Page.usedBytes(2, bytes, 4096));
        Page leaf = Page.of(2, bytes);
        assertEquals(24, leaf.count());
        assertEquals("000000000000004a5f0000000000000000", HexFormat.of().formatHex(leaf.key(0)));
        assertEquals("00000000000000615f0000000000000000", HexFormat.of().formatHex(leaf.key(23)));
        assertEquals(116, leaf.value(23).length);
    }

    @Test
    void branchOfEtcdIsRead() throws IOException {
        ByteBuffer bytes = only("branch");
        assertEquals(16 + 5 * (16 + 17), Page.usedBytes(10, bytes, 4096));
        Page branch = Page.of(10, bytes);
        assertEquals(3, branch.child(0));
        assertEquals(9, branch.child(4));
        assertEquals("00000000000000625f0000000000000000", HexFormat.of().formatHex(branch.key(4)));
    }

    @Test
    void leavesAreFilledAsEtcdFillsThoseOfGrowingKeys() throws IOException {
        Store store = new Store();
        for (int revision = 2; revision < 122; revision++) {
            byte[] key = ByteBuffer.allocate(17).putLong(revision).put((byte) '_').putLong(0).array();
            store.put(Store.text("key"), key, new byte[116]);
        }
        byte[] file = store.write();
        for (int page = 2; page < 7; page++) {
            assertEquals(24, Format.Header.at(Format.wrap(file), page * 4096).count());
        }
        Page branch = Page.of(7, Format.wrap(Store.page(file, 7)));
        assertEquals("0000000000000002,000000000000001a,0000000000000032,000000000000004a,0000000000000062", String.join(",",
                java.util.stream.IntStream.range(0, 5).mapToObj(i -> HexFormat.of().formatHex(branch.key(i), 0, 8)).toList()));
    }
}
