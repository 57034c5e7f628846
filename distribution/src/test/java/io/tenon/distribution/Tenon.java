package io.tenon.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One process of {@code bin/tenon}, its output in files of a folder.
 *
 * @param folder also the process's working directory
 */
record Tenon(Process process, Path folder) implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;
    private static final long LOOK_AGAIN_MILLIS = 20;

    /** Starts the image that this build has made. */
    static Tenon start(Path folder, Map<String, String> environment, List<String> arguments) throws IOException {
        Path work = Files.createDirectories(folder.resolve("work"));
        var command = new ArrayList<String>();
        command.add(image().resolve("bin/tenon").toString());
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).directory(work.toFile())
                .redirectOutput(folder.resolve("out").toFile()).redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_") || name.startsWith("TENON_"));
        builder.environment().putAll(environment);
        return new Tenon(builder.start(), folder);
    }

    static Path image() {
        return Path.of("target/tenon").toAbsolutePath();
    }

    /** Ports that were free a moment ago. */
    static List<Integer> freePorts(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int each = 0; each < count; each++) {
                sockets.add(new ServerSocket(0));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running; wrote " + err());
        }
        return process.exitValue();
    }

    void awaitLog(String text) throws InterruptedException {
        await(() -> err().contains(text), "no log of " + text);
    }

    void await(BooleanSupplier condition, String otherwise) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new AssertionError(otherwise + (process.isAlive() ? "" : ", process ended") + "; wrote " + err());
            }
            process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    String out() {
        return read("out");
    }

    String err() {
        return read("err");
    }

    /** What the process has made where it was started. */
    List<Path> created() throws IOException {
        try (var files = Files.list(folder.resolve("work"))) {
            return files.toList();
        }
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
