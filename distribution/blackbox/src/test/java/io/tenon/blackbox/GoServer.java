package io.tenon.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of Go etcd with one member, and its tools. */
final class GoServer implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final GoEtcd etcd;
    private final Path log;
    private final int port;
    private final Process process;

    private GoServer(GoEtcd etcd, Path log, int port, Process process) {
        this.etcd = etcd;
        this.log = log;
        this.port = port;
        this.process = process;
    }

    /** Starts on this data directory and waits until it serves. */
    static GoServer start(GoEtcd etcd, Path dataDirectory, String... flags) {
        int port = TenonServer.freePort();
        String peer = "http://127.0.0.1:" + TenonServer.freePort();
        List<String> command = new ArrayList<>(List.of(etcd.etcd().toString(), "--data-dir", dataDirectory.toString(),
                "--listen-client-urls", "http://127.0.0.1:" + port, "--advertise-client-urls", "http://127.0.0.1:" + port,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer));
        command.addAll(List.of(flags));
        Path log = dataDirectory.resolveSibling(dataDirectory.getFileName() + ".go.log");
        try {
            GoServer server = new GoServer(etcd, log, port,
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
            server.awaitReady();
            return server;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void awaitReady() {
        for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS); System.nanoTime() < until; ) {
            if (!process.isAlive()) {
                throw new AssertionError("etcd ended with " + process.exitValue() + ":\n" + log());
            }
            if (log().contains("ready to serve client requests")) {
                return;
            }
            pause();
        }
        throw new AssertionError("etcd is not ready:\n" + log());
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    private String log() {
        try {
            return Files.readString(log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String endpoint() {
        return "127.0.0.1:" + port;
    }

    /** SIGTERM. */
    void stop() {
        process.destroy();
        awaitExit();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    private void awaitExit() {
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("etcd does not end");
            }
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    /** What etcdctl prints when it is run against a server, which must succeed. */
    static String etcdctl(GoEtcd etcd, String endpoint, String... arguments) {
        List<String> command = new ArrayList<>(List.of(etcd.etcdctl().toString(), "--endpoints=" + endpoint, "--command-timeout=60s"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** As above, against this server. */
    String etcdctl(String... arguments) {
        return etcdctl(etcd, endpoint(), arguments);
    }

    /** What etcdutl prints, which must succeed. */
    static String etcdutl(GoEtcd etcd, String... arguments) {
        List<String> command = new ArrayList<>(List.of(etcd.etcdutl().toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static String run(List<String> command) {
        try {
            Path errors = Files.createTempFile("etcd", ".err");
            Process tool = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String printed = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = tool.waitFor();
            String complaint = Files.readString(errors);
            Files.delete(errors);
            if (exit != 0) {
                throw new AssertionError(command + " ended with " + exit + ": " + complaint + printed);
            }
            return printed.strip();
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }
}
