package io.tenon.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Where the socket lies: in a folder that only the node's user can enter, so that nobody else can reach it even for an instant. */
final class DoorPlace {
    /** Framework or system property: another path for the socket, or {@code off}. */
    static final String PROPERTY = "tenon.shell.socket";
    private static final String OFF = "off";

    private DoorPlace() {
    }

    /**
     * @param asked value of the property, empty for none
     * @return empty when there is to be no socket
     */
    static Optional<Path> of(Optional<String> asked, Path dataDirectory) {
        Path usual = dataDirectory.toAbsolutePath().normalize().resolve("member/tenon/shell/socket");
        return asked.isPresent() ? asked.filter(path -> !path.equals(OFF)).map(Path::of) : Optional.of(usual);
    }

    /** Makes the folder, and removes what a killed process left. */
    static void prepare(Path socket) throws IOException {
        Path folder = socket.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.getParent());
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.deleteIfExists(socket);
    }

    /** Only its owner may connect. */
    static void close(Path socket) throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    }
}
