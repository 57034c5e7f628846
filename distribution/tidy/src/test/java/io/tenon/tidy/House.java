package io.tenon.tidy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The source tree this module stands in. Maven runs its tests in {@code distribution/tidy}. */
record House(Path root) {

    static House here() throws IOException {
        return new House(Path.of("../..").toRealPath());
    }

    /** Folders of {@code kernel} and {@code bundles} that have a pom, as paths from the root, in order. */
    List<String> modules() throws IOException {
        var modules = new ArrayList<String>();
        for (String floor : List.of("kernel", "bundles")) {
            try (Stream<Path> rooms = Files.list(root.resolve(floor))) {
                rooms.filter(room -> Files.isRegularFile(room.resolve("pom.xml")))
                        .map(room -> floor + "/" + room.getFileName()).sorted().forEach(modules::add);
            }
        }
        return modules;
    }

    /** The jar a module has built, if it has. */
    Optional<Path> jar(String module) throws IOException {
        Path target = root.resolve(module).resolve("target");
        if (!Files.isDirectory(target)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches("tenon-.*-[0-9.]+\\.jar")).findFirst();
        }
    }

    /** Every Java file that was written by hand; what is generated lies below a {@code target} folder. */
    List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).filter(this::byHand).sorted().toList();
        }
    }

    private boolean byHand(Path file) {
        for (Path part : root.relativize(file)) {
            if (part.toString().equals("target") || part.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }
}
