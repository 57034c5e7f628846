package io.tenon.chaos.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A small file system in memory for one member's data, which can be filled. Only root may have one. */
public final class SmallDisk implements AutoCloseable {
    private static final int FILL_BYTES = 1 << 16;
    private final Path place;

    private SmallDisk(Path place) {
        this.place = place;
    }

    /** Mounts one at this place; empty, with a message, where that is not allowed. */
    public static Optional<SmallDisk> at(Path place, int sizeMib) throws IOException {
        Files.createDirectories(place);
        if (!run("mount", "-t", "tmpfs", "-o", "size=" + sizeMib + "m,mode=0700", "tenon-chaos", place.toString())) {
            System.out.println("no small disk can be mounted here: no disk will be full");
            return Optional.empty();
        }
        return Optional.of(new SmallDisk(place));
    }

    private static boolean run(String... command) throws IOException {
        try {
            return new ProcessBuilder(List.of(command)).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .onExit().join().exitValue() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    /** Leaves no room at all. */
    public void fill() {
        try (OutputStream out = Files.newOutputStream(filler())) {
            byte[] zeroes = new byte[FILL_BYTES];
            while (true) {
                out.write(zeroes);
            }
        } catch (IOException full) {
            // As wanted.
        }
    }

    /** Gives the room back. */
    public void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return place.resolve("filler");
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", place.toString());
    }
}
