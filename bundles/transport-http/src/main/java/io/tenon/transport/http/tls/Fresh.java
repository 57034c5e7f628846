package io.tenon.transport.http.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read from files, read again when one of them has changed. Files that belong together are not replaced at one instant, so what
 * cannot be read for the moment leaves what was read before. Any thread.
 *
 * @param <T> what is read
 */
final class Fresh<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Fresh.class);

    private final List<Path> files;
    private final Loader<T> loader;
    private List<Stamp> stamps;
    private T value;

    /** Reads files. */
    interface Loader<T> {
        T load() throws IOException;
    }

    private record Stamp(long modifiedMillis, long sizeBytes, String key) {
        static final Stamp MISSING = new Stamp(0, -1, "");

        static Stamp of(Path file) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(now.lastModifiedTime().toMillis(), now.size(), String.valueOf(now.fileKey()));
            } catch (IOException e) {
                return MISSING;
            }
        }
    }

    private Fresh(List<Path> files, Loader<T> loader) throws IOException {
        this.files = List.copyOf(files);
        this.loader = loader;
        stamps = stamps();
        value = loader.load();
    }

    /** Reads for the first time. */
    static <T> Fresh<T> of(List<Path> files, Loader<T> loader) throws IOException {
        return new Fresh<>(files, loader);
    }

    private List<Stamp> stamps() {
        List<Stamp> now = new ArrayList<>();
        files.forEach(file -> now.add(Stamp.of(file)));
        return now;
    }

    /** As the files are now. */
    synchronized T get() {
        List<Stamp> now = stamps();
        if (!now.equals(stamps)) {
            stamps = now;
            try {
                value = loader.load();
                LOG.info("files of TLS were read again files={}", files);
            } catch (IOException e) {
                LOG.warn("files of TLS cannot be read, what was read before stays in use files={} reason=\"{}\"", files, e.getMessage());
            }
        }
        return value;
    }
}
