package io.tenon.bolt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** Buckets in memory, to be written, and what was read, to be compared. Keys are hex, whose order is that of the bytes. */
final class Store implements BoltSource {
    final TreeMap<String, TreeMap<String, byte[]>> buckets = new TreeMap<>();

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void bucket(byte[] name) {
        buckets.computeIfAbsent(HexFormat.of().formatHex(name), unused -> new TreeMap<>());
    }

    void put(byte[] bucket, byte[] key, byte[] value) {
        bucket(bucket);
        buckets.get(HexFormat.of().formatHex(bucket)).put(HexFormat.of().formatHex(key), value);
    }

    @Override
    public List<byte[]> buckets() {
        return buckets.keySet().stream().map(HexFormat.of()::parseHex).toList();
    }

    @Override
    public void rows(byte[] bucket, Rows rows) throws IOException {
        for (var row : buckets.get(HexFormat.of().formatHex(bucket)).entrySet()) {
            rows.row(HexFormat.of().parseHex(row.getKey()), row.getValue());
        }
    }

    /** Every bucket and row in order, in a form that can be compared. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        buckets.forEach((name, rows) -> {
            lines.add("bucket " + name);
            rows.forEach((key, value) -> lines.add(key + "=" + HexFormat.of().formatHex(value)));
        });
        return lines;
    }

    byte[] write() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BoltWriter writer = BoltWriter.of(this);
        writer.writeTo(bytes);
        if (writer.sizeBytes() != bytes.size()) {
            throw new AssertionError("announced " + writer.sizeBytes() + " bytes, wrote " + bytes.size());
        }
        return bytes.toByteArray();
    }

    /** What a file says, in the form of {@link #lines}. */
    static List<String> read(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BoltFile bolt = BoltFile.open(file)) {
            bolt.read(new BoltVisitor() {
                @Override
                public void bucket(int depth, byte[] name) {
                    lines.add("bucket " + HexFormat.of().formatHex(name));
                }

                @Override
                public void row(int depth, byte[] key, byte[] value) {
                    lines.add(HexFormat.of().formatHex(key) + "=" + HexFormat.of().formatHex(value));
                }
            });
        }
        return lines;
    }

    static List<String> read(Path folder, byte[] bytes) throws IOException {
        return read(Files.write(folder.resolve("file"), bytes));
    }

    static byte[] page(byte[] file, int id) {
        return Arrays.copyOfRange(file, id * BoltWriter.PAGE_BYTES, (id + 1) * BoltWriter.PAGE_BYTES);
    }
}
