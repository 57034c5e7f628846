package io.tenon.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server of the etcd family that this process starts, with nothing but etcd's flags, in a folder of its own on loopback. */
final class ServerUnderTest implements AutoCloseable {
    private static final long START_SECONDS = 120;
    private static final long STOP_SECONDS = 60;
    private static final String READY = "ready to serve client requests";

    private final String name;
    private final String command;
    private final Path folder;
    private final int clientPort;
    private final int peerPort;
    private Process process;

    /** @param text {@code NAME=COMMAND} */
    ServerUnderTest(String text) throws IOException {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException("--server " + text + " is not NAME=COMMAND");
        }
        name = text.substring(0, equals);
        command = text.substring(equals + 1);
        folder = Files.createTempDirectory("tenon-bench-" + name);
        clientPort = freePort();
        peerPort = freePort();
    }

    String name() {
        return name;
    }

    String endpoint() {
        return "127.0.0.1:" + clientPort;
    }

    long pid() {
        return process.pid();
    }

    ServerProcess process() {
        return new ServerProcess(pid());
    }

    /** Starts it on its folder and answers how many milliseconds it took until it served. */
    double start() throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        String peerUrl = "http://127.0.0.1:" + peerPort;
        long startNanos = System.nanoTime();
        Files.deleteIfExists(log);
        process = new ProcessBuilder(List.of(command, "--data-dir", folder.resolve("data").toString(), "--listen-client-urls",
                "http://" + endpoint(), "--advertise-client-urls", "http://" + endpoint(), "--listen-peer-urls", peerUrl,
                "--initial-advertise-peer-urls", peerUrl, "--initial-cluster", "default=" + peerUrl))
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        while (!Files.readString(log).contains(READY) || !connects()) {
            if (!process.isAlive() || System.nanoTime() - startNanos > TimeUnit.SECONDS.toNanos(START_SECONDS)) {
                throw new IOException(name + " does not start:\n" + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return (System.nanoTime() - startNanos) / 1e6;
    }

    private boolean connects() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", clientPort), 100);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** SIGTERM; answers how many milliseconds it took to end. */
    double stop() throws InterruptedException {
        long startNanos = System.nanoTime();
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return (System.nanoTime() - startNanos) / 1e6;
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A loopback port that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
