package io.tenon.blackbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Stock etcd 3.5 with its tools. {@code .ci/etcd} brings one into {@code target/etcd} below the project's root; another is named by the system
 * property {@code tenon.etcd.bin} or by {@code TENON_ETCD_BIN}.
 *
 * @param folder with the three programs
 */
record GoEtcd(Path folder) {
    private static final List<String> PROGRAMS = List.of("etcd", "etcdctl", "etcdutl");

    /** The one of this machine. Without one the test is skipped, or fails if {@code TENON_REQUIRE_ETCD} is 1. */
    static GoEtcd required() {
        GoEtcd etcd = new GoEtcd(place());
        if (!etcd.isComplete()) {
            String missing = "no etcd, etcdctl and etcdutl in " + etcd.folder + ": run .ci/etcd, or set TENON_ETCD_BIN";
            if ("1".equals(System.getenv("TENON_REQUIRE_ETCD"))) {
                throw new AssertionError(missing);
            }
            Assumptions.abort(missing);
        }
        return etcd;
    }

    private static Path place() {
        return Optional.ofNullable(System.getProperty("tenon.etcd.bin")).or(() -> Optional.ofNullable(System.getenv("TENON_ETCD_BIN")))
                .map(Path::of).orElse(Path.of("../../target/etcd/usr/bin")).toAbsolutePath().normalize();
    }

    private boolean isComplete() {
        return PROGRAMS.stream().allMatch(program -> Files.isExecutable(folder.resolve(program)));
    }

    Path etcd() {
        return folder.resolve("etcd");
    }

    Path etcdctl() {
        return folder.resolve("etcdctl");
    }

    Path etcdutl() {
        return folder.resolve("etcdutl");
    }

    /** The first line that the server prints of itself, such as {@code etcd Version: 3.5.16}. */
    String version() {
        try {
            Process process = new ProcessBuilder(etcd().toString(), "--version").redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.onExit().join();
            return printed.lines().findFirst().orElse("");
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
