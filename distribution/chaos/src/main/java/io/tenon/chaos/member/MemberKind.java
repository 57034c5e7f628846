package io.tenon.chaos.member;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Whose program a member runs. All take etcd's flags. */
public enum MemberKind {
    ETCD,
    TENON;

    /** @param name as on a command line, such as {@code etcd} */
    public static MemberKind of(String name) {
        return valueOf(name.strip().toUpperCase(Locale.ROOT));
    }

    /** The program, or empty when this machine has none. */
    public Optional<Path> program() {
        Path program = switch (this) {
            case ETCD -> Optional.ofNullable(System.getProperty("tenon.etcd.bin")).or(() -> Optional.ofNullable(System.getenv("TENON_ETCD_BIN")))
                    .map(Path::of).orElse(Path.of(System.getProperty("tenon.etcd.place", "../../target/etcd/usr/bin"))).resolve("etcd");
            case TENON -> Path.of(System.getProperty("tenon.image", "../target/tenon"), "bin", "tenon");
        };
        return Optional.of(program.toAbsolutePath().normalize()).filter(Files::isExecutable);
    }

    /** What to do about a missing program. */
    public String remedy() {
        return switch (this) {
            case ETCD -> "no etcd found: run .ci/etcd, or set TENON_ETCD_BIN to a folder with etcd 3.5";
            case TENON -> "no image of Tenon found: build with mvn -q -DskipTests package";
        };
    }
}
