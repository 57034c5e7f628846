package io.tenon.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server started from the image as a user starts it, on a free loopback port. */
public final class TenonServer implements AutoCloseable {
    private static final String READY = "ready to serve client requests";
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 30;

    private final Path dataDirectory;
    private final List<String> flags;
    private final Map<String, String> environment;
    private final int port;
    private final Path log;
    private Process process;

    private TenonServer(Path dataDirectory, int port, List<String> flags, Map<String, String> environment) {
        this.dataDirectory = dataDirectory;
        this.port = port;
        this.flags = flags;
        this.environment = environment;
        log = dataDirectory.resolveSibling(dataDirectory.getFileName() + ".log");
    }

    /** Starts on this data directory and waits until it serves. */
    public static TenonServer start(Path dataDirectory, String... flags) {
        return startWith(Map.of(), dataDirectory, flags);
    }

    /** As {@link #start}, with these variables in the environment. */
    public static TenonServer startWith(Map<String, String> environment, Path dataDirectory, String... flags) {
        TenonServer server = new TenonServer(dataDirectory, freePort(), List.of(flags), environment);
        server.start();
        return server;
    }

    /** Starts without waiting. */
    public static TenonServer launch(Path dataDirectory, String... flags) {
        TenonServer server = new TenonServer(dataDirectory, freePort(), List.of(flags), Map.of());
        server.launch();
        return server;
    }

    /** Starts a server that cannot serve, and waits until it has ended. */
    public static TenonServer startInVain(Path dataDirectory, int port, String... flags) {
        TenonServer server = new TenonServer(dataDirectory, port, List.of(flags), Map.of());
        server.launch();
        server.awaitExit();
        return server;
    }

    /** The same directory and port with other flags; what runs goes on. */
    public TenonServer withFlags(String... others) {
        return new TenonServer(dataDirectory, port, List.of(others), environment);
    }

    /** How it ended. */
    public int exitStatus() {
        return process.exitValue();
    }

    /** Starts again on the same directory and port. */
    public void start() {
        launch();
        awaitReady();
    }

    /** As {@link #start()}, without waiting. */
    public void launchAgain() {
        launch();
    }

    private void launch() {
        try {
            Files.deleteIfExists(log);
            ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(image().resolve("bin/tenon").toString(), "--data-dir", dataDirectory.toString(),
                "--listen-client-urls", "http://" + endpoint(), "--advertise-client-urls", "http://" + endpoint()));
        if (flags.stream().noneMatch(flag -> flag.startsWith("--listen-peer-urls"))) {
            // Nobody asks for it by another name, and several servers are not in each other's way.
            command.addAll(List.of("--listen-peer-urls", "http://127.0.0.1:0"));
        }
        command.addAll(flags);
        return command;
    }

    /** The image under test. */
    public static Path image() {
        return Path.of(System.getProperty("tenon.image", "../target/tenon")).toAbsolutePath().normalize();
    }

    /** Waits until it serves. */
    public void awaitReady() {
        awaitPrinted(READY);
    }

    /** Waits until it has printed this. */
    public void awaitPrinted(String text) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!log().contains(text)) {
            if (!process.isAlive()) {
                throw new AssertionError("server ended with " + process.exitValue() + ":\n" + log());
            }
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("server did not print \"" + text + "\" within " + START_SECONDS + " s:\n" + log());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    /** HOST:PORT of the client port. */
    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public Path dataDirectory() {
        return dataDirectory;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Everything it printed so far. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Bytes of memory that the process has now. */
    public long residentBytes() {
        try (var lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            String line = lines.filter(text -> text.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** SIGTERM; answers the exit status. */
    public int stop() {
        process.destroy();
        return awaitExit();
    }

    /** SIGKILL: nothing of the process runs any more. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Waits until it has ended by itself. */
    public int awaitExit() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("server did not stop within " + STOP_SECONDS + " s:\n" + log());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    /** A port that was free a moment ago. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
