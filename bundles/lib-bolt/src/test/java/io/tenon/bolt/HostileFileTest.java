package io.tenon.bolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were made to mislead. Pages: 2 to 6 leaves, 7 their branch, 8 the root. */
class HostileFileTest {
    private static final int FIRST_LEAF = 2;
    private static final int BRANCH = 7;
    private static final int ROOT = 8;

    @TempDir
    private Path folder;
    private ByteBuffer file;

    @BeforeEach
    void write() throws IOException {
        Store store = new Store();
        for (int i = 0; i < 120; i++) {
            store.put(Store.text("key"), ByteBuffer.allocate(17).putLong(i + 1).array(), new byte[116]);
        }
        file = Format.wrap(store.write());
    }

    private void assertRefused(String message) {
        BoltException refused = assertThrows(BoltException.class, () -> Store.read(folder, file.array()));
        assertEquals(message, refused.getMessage());
    }

    private void meta(Meta meta) {
        file.put(0, meta.page(0)).put(4096, meta.page(1));
    }

    /** Makes a page anew; the freelist's id and all else are as its maker says. */
    private void page(int id, Consumer<ByteBuffer> content) {
        ByteBuffer page = Format.allocate(4096);
        content.accept(page);
        file.put(id * 4096, page.array());
    }

    private static Consumer<ByteBuffer> list(int flags, int count, long... ids) {
        return page -> {
            Format.putHeader(page, new Format.Header(9, flags, count, 0));
            for (long id : ids) {
                page.putLong(id);
            }
        };
    }

    private void room(int pages) {
        file = Format.wrap(java.util.Arrays.copyOf(file.array(), pages * 4096));
    }

    @Test
    void branchThatIsItsOwnChildIsRefused() {
        file.putLong(BRANCH * 4096 + 16 + 8, BRANCH);
        assertRefused("page 7: is reached a second time");
    }

    @Test
    void leafInTwoPlacesIsRefused() {
        file.putLong(BRANCH * 4096 + 16 + 16 + 8, FIRST_LEAF);
        assertRefused("page 2: is reached a second time");
    }

    @Test
    void leafOfAnotherPlaceIsRefused() {
        file.putLong(BRANCH * 4096 + 16 + 8, 3).putLong(BRANCH * 4096 + 16 + 16 + 8, 2);
        assertRefused("page 3: key 0 is not between those of the branch above");
    }

    @Test
    void childBeyondTheEndIsRefused() {
        file.putLong(BRANCH * 4096 + 16 + 8, Long.MAX_VALUE);
        assertRefused("page 9223372036854775807: is reached, but pages are 2 to 8");
    }

    @Test
    void metaPageAsChildIsRefused() {
        file.putLong(BRANCH * 4096 + 16 + 8, 1);
        assertRefused("page 1: is reached, but pages are 2 to 8");
    }

    @Test
    void moreElementsThanFitAreRefused() {
        file.putShort(FIRST_LEAF * 4096 + 10, (short) -1);
        assertRefused("page 2: has 65535 elements, which do not fit");
    }

    @Test
    void longOverflowIsRefused() {
        file.putInt(FIRST_LEAF * 4096 + 12, -1);
        assertRefused("page 2: goes on for 4294967295 pages, beyond the last one");
    }

    @Test
    void longValueIsRefused() {
        file.putInt(FIRST_LEAF * 4096 + 16 + 12, -1);
        assertRefused("page 2: element 0 ends at 4294967712, the page at 4096");
    }

    @Test
    void lostElementIsRefused() {
        file.putShort(FIRST_LEAF * 4096 + 10, (short) 23);
        assertRefused("page 2: element 0 is at 400 instead of 384");
    }

    @Test
    void pageOfAnotherKindIsRefused() {
        file.putShort(FIRST_LEAF * 4096 + 8, (short) Format.FREELIST);
        assertRefused("page 2: flags 0x10 are neither a branch's nor a leaf's");
    }

    @Test
    void morePagesThanTheFileHasAreRefused() {
        meta(new Meta(4096, ROOT, Format.NO_PAGE, 10, 2));
        assertRefused("meta page: 10 pages are in use, the file has 9");
        meta(new Meta(4096, ROOT, Format.NO_PAGE, -1, 2));
        assertRefused("meta page: 18446744073709551615 pages are in use, the file has 9");
    }

    @Test
    void listOfFreePagesIsReadWhenThereIsOne() throws IOException {
        List<String> before = Store.read(folder, file.array());
        room(12);
        meta(new Meta(4096, ROOT, 9, 12, 2));
        page(9, list(Format.FREELIST, 2, 10, 11));
        assertEquals(before, Store.read(folder, file.array()));
        page(9, list(Format.FREELIST, 0xFFFF, 2, 10, 11));
        assertEquals(before, Store.read(folder, file.array()));
    }

    @Test
    void listOfFreePagesThatIsWrongIsRefused() {
        room(12);
        meta(new Meta(4096, ROOT, 9, 12, 2));
        page(9, list(Format.FREELIST, 1, 10));
        assertRefused("page 11: is neither in the tree nor free");
        page(9, list(Format.FREELIST, 2, 10, 10));
        assertRefused("page 10: is listed as free a second time");
        page(9, list(Format.FREELIST, 1, 3));
        assertRefused("page 3: is listed as free a second time");
        page(9, list(Format.FREELIST, 0xFFFF, Long.MAX_VALUE));
        assertRefused("page 9: lists 9223372036854775807 free pages of 12");
        page(9, list(Format.LEAF, 0));
        assertRefused("page 9: flags 0x2 are not those of the list of free pages");
    }

    @Test
    void firstMetaMayBeLostAltogether() throws IOException {
        List<String> before = Store.read(folder, file.array());
        file.put(0, new byte[4096]);
        assertEquals(before, Store.read(folder, file.array()));
        file.put(4096, new byte[4096]);
        assertRefused("pages 0 and 1: neither is a whole meta page, so this is no bolt file or a damaged one");
    }

    @Test
    void deepBucketsAreRefused() throws IOException {
        byte[] inner = inline(new byte[0]);
        for (int depth = 0; depth < 80; depth++) {
            inner = inline(inner);
        }
        Draft root = Draft.leaf().bucket(Store.text("a"), inner);
        java.io.ByteArrayOutputStream page = new java.io.ByteArrayOutputStream();
        root.writeTo(page, 2, 0);
        file = Format.wrap(new byte[4 * 4096]);
        meta(new Meta(4096, 2, Format.NO_PAGE, 4, 2));
        file.put(2 * 4096, page.toByteArray());
        assertRefused("page 2: is 65 levels deep");
    }

    private static byte[] inline(byte[] inner) throws IOException {
        java.io.ByteArrayOutputStream value = new java.io.ByteArrayOutputStream();
        value.write(new byte[16]);
        Draft page = inner.length == 0 ? Draft.leaf() : Draft.leaf().bucket(Store.text("a"), inner);
        page.writeTo(value, 0, 0);
        return value.toByteArray();
    }
}
