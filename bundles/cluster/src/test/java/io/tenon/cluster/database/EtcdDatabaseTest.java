package io.tenon.cluster.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tenon.bolt.BoltFile;
import io.tenon.bolt.BoltSource;
import io.tenon.bolt.BoltVisitor;
import io.tenon.bolt.BoltWriter;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.RowVisitor;
import io.tenon.spi.storage.export.DatabaseForm;
import io.tenon.spi.storage.export.ExportSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdDatabaseTest {
    private final DatabaseForm form = new EtcdDatabase();
    private final TreeMap<Bucket, TreeMap<String, byte[]>> rows = new TreeMap<>();

    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void put(Bucket bucket, String key, String value) {
        rows.computeIfAbsent(bucket, unused -> new TreeMap<>()).put(key, bytes(value));
    }

    private ExportSource source() {
        return new ExportSource() {
            @Override
            public void scan(Bucket bucket, RowVisitor visitor) {
                rows.getOrDefault(bucket, new TreeMap<>()).forEach((key, value) -> visitor.row(bytes(key), value));
            }

            @Override
            public BucketTally tally(Bucket bucket) {
                throw new AssertionError("a database has no digests");
            }
        };
    }

    private Path written() throws IOException {
        Path file = folder.resolve("db");
        DatabaseForm.DatabaseFile database = form.file(source());
        try (OutputStream stream = Files.newOutputStream(file)) {
            database.writeTo(stream);
        }
        assertEquals(database.sizeBytes(), Files.size(file));
        return file;
    }

    @Test
    void allBucketsOfEtcdAreThereAndNoOther() throws IOException {
        put(Bucket.TENON, "key", "digest");
        List<String> names = new ArrayList<>();
        try (BoltFile bolt = BoltFile.open(written())) {
            bolt.read(new BoltVisitor() {
                @Override
                public void bucket(int depth, byte[] name) {
                    names.add(new String(name, StandardCharsets.UTF_8));
                }

                @Override
                public void row(int depth, byte[] key, byte[] value) {
                    throw new AssertionError("there are no rows");
                }
            });
        }
        assertEquals(List.of("alarm", "auth", "authRoles", "authUsers", "cluster", "key", "lease", "members", "members_removed", "meta"), names);
    }

    @Test
    void rowsComeBackAsTheyWere() throws IOException {
        put(Bucket.META, "consistent_index", "12345678");
        put(Bucket.META, "term", "87654321");
        put(Bucket.META, "confState", "{\"voters\":[1],\"auto_leave\":false}");
        for (int i = 0; i < 500; i++) {
            put(Bucket.KEY, "revision-%05d".formatted(i), "value ".repeat(i));
        }
        put(Bucket.ALARM, "alarm", "");
        List<String> expected = new ArrayList<>();
        rows.forEach((bucket, all) -> all.forEach((key, value) -> expected.add(bucket + " " + key + " " + HexFormat.of().formatHex(value))));
        List<String> read = new ArrayList<>();
        form.read(written(), (bucket, key, value) -> read.add(bucket + " " + new String(key, StandardCharsets.UTF_8) + " "
                + HexFormat.of().formatHex(value)));
        assertEquals(expected, read);
    }

    @Test
    void bucketsThatEtcdDoesNotHaveAreRefused() throws IOException {
        assertRefused("it has bucket \"other\", which etcd's database does not have", "other");
        assertRefused("it has bucket \"tenon\", which etcd's database does not have", "tenon");
    }

    private void assertRefused(String message, String bucket) throws IOException {
        Path file = folder.resolve("foreign");
        try (OutputStream stream = Files.newOutputStream(file)) {
            BoltWriter.of(new BoltSource() {
                @Override
                public List<byte[]> buckets() {
                    return List.of(bytes(bucket));
                }

                @Override
                public void rows(byte[] name, Rows rows) {
                    // Its name is enough.
                }
            }).writeTo(stream);
        }
        IOException refused = assertThrows(IOException.class, () -> form.read(file, (of, key, value) -> { }));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void damageIsToldWithItsPage() throws IOException {
        Path file = written();
        byte[] bytes = Files.readAllBytes(file);
        bytes[2 * 4096 + 8] ^= 8;
        Files.write(file, bytes);
        IOException refused = assertThrows(IOException.class, () -> form.read(file, (of, key, value) -> { }));
        assertEquals("page 2: flags 0xa are neither a branch's nor a leaf's", refused.getMessage());
    }
}
