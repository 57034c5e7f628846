package io.tenon.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The server image on disk: {@code bin conf deploy bundles lib}. Bundles lie in folders named after their start level, such as
 * {@code bundles/3-state}.
 */
record Image(Path home) {

    /** Bundles of one start level, in the order to install them. */
    record Floor(int startLevel, List<Path> bundles) {
    }

    /** Where {@code bin/tenon} says it is. */
    static Image current() {
        return new Image(Path.of(System.getProperty("tenon.home", ".")).toAbsolutePath().normalize());
    }

    Path deployFolder() {
        return home.resolve("deploy");
    }

    /** @throws IOException if there is no folder of bundles, or one whose name has no level */
    List<Floor> floors() throws IOException {
        var floors = new TreeMap<Integer, List<Path>>();
        for (Path folder : children(home.resolve("bundles"))) {
            String name = folder.getFileName().toString();
            if (!name.matches("[1-9]-.+")) {
                throw new IOException(folder + " does not begin with a start level");
            }
            List<Path> jars = children(folder).stream().filter(file -> file.toString().endsWith(".jar")).toList();
            floors.computeIfAbsent(name.charAt(0) - '0', _ -> new ArrayList<>()).addAll(jars);
        }
        return floors.entrySet().stream().map(floor -> new Floor(floor.getKey(), floor.getValue())).toList();
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }
}
