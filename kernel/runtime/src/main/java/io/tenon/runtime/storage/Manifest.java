package io.tenon.runtime.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Which engine holds this node's data, and in which folder. The one thing that decides it; a rename of this file is the commit point of
 * a change. Format: {@code docs/formats/manifest.md}.
 *
 * @param generation grows with each engine the node had
 */
public record Manifest(String engine, int formatVersion, long generation) {
    private static final String FILE = "MANIFEST";
    private static final String FIRST_LINE = "tenon manifest 1";

    /** The folder of the engine's files below the manifest's. */
    public Path folder(Path directory) {
        return directory.resolve(generation + "-" + engine);
    }

    /** @throws IOException the file is damaged; the message says what to do */
    public static Optional<Manifest> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        int crcLine = text.lastIndexOf("crc32c=");
        if (!text.startsWith(FIRST_LINE + "\n") || crcLine < 0 || !text.substring(crcLine).strip().equals("crc32c=" + crc(text.substring(0, crcLine)))) {
            throw new IOException(file + " is damaged: its checksum does not match. It names the storage engine and its folder; "
                    + "restore it from a backup, or write it anew when the folders beside it leave only one choice");
        }
        return Optional.of(parse(file, text));
    }

    private static Manifest parse(Path file, String text) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        text.lines().skip(1).forEach(line -> fields.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        try {
            return new Manifest(fields.get("engine"), Integer.parseInt(fields.get("format")), Long.parseLong(fields.get("generation")));
        } catch (NumberFormatException bad) {
            throw new IOException(file + " has a number that cannot be read: " + bad.getMessage(), bad);
        }
    }

    /** Replaces the manifest; durable on return. */
    public void write(Path directory) throws IOException {
        String body = FIRST_LINE + "\nengine=" + engine + "\nformat=" + formatVersion + "\ngeneration=" + generation + "\n";
        byte[] bytes = (body + "crc32c=" + crc(body) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        Path next = directory.resolve(FILE + ".tmp");
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(java.nio.ByteBuffer.wrap(bytes));
            channel.force(true);
        }
        Files.move(next, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
