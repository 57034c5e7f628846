package io.tenon.chaos.member;

import io.tenon.chaos.client.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One member: its place, its ports and, while it runs, its process. The methods that change it are called by one thread at a time. */
public final class Member implements AutoCloseable {
    private static final long STOP_SECONDS = 30;

    private final String name;
    private final MemberKind kind;
    private final Path folder;
    private final Addresses addresses;
    private final Client client;
    private volatile List<String> bootstrap = List.of();
    private volatile Process process;
    private volatile boolean paused;
    /** Its end was wanted, so it is no crash. */
    private volatile boolean endWanted = true;

    /**
     * @param clientPort     of clients
     * @param peerPort       it listens on
     * @param advertisedPort of its proxy, which is where peers reach it
     */
    record Addresses(int clientPort, int peerPort, int advertisedPort) {

        String client() {
            return "http://127.0.0.1:" + clientPort;
        }

        String peer() {
            return "http://127.0.0.1:" + peerPort;
        }

        String advertised() {
            return "http://127.0.0.1:" + advertisedPort;
        }
    }

    Member(String name, MemberKind kind, Path folder, Addresses addresses) {
        this.name = name;
        this.kind = kind;
        this.folder = folder;
        this.addresses = addresses;
        client = new Client(endpoint());
    }

    /** Starts the process without waiting until it serves. What it is told of the cluster counts for an empty folder only. */
    void start(List<String> flags) {
        bootstrap = List.copyOf(flags);
        restart();
    }

    /** Starts again on the same folder, ports and flags. */
    public void restart() {
        if (isRunning()) {
            throw new IllegalStateException(name + " runs already");
        }
        List<String> command = new ArrayList<>(List.of(kind.program().orElseThrow(() -> new IllegalStateException(kind.remedy())).toString(),
                "--name", name, "--data-dir", folder.resolve("data").toString(), "--listen-client-urls", addresses.client(),
                "--advertise-client-urls", addresses.client(), "--listen-peer-urls", addresses.peer(),
                "--initial-advertise-peer-urls", addresses.advertised()));
        command.addAll(bootstrap);
        try {
            Files.createDirectories(folder);
            process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
            paused = false;
            endWanted = false;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** SIGKILL, and waits until nothing of it runs. */
    public void kill() {
        endWanted = true;
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** SIGTERM, and SIGKILL to one that does not obey. */
    public void stop() {
        if (process == null) {
            return;
        }
        resume();
        endWanted = true;
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            kill();
        }
    }

    /** SIGSTOP: it stands still and keeps its sockets. */
    public void pause() {
        signal("-STOP");
        paused = true;
    }

    /** SIGCONT, if it stands still. */
    public void resume() {
        if (paused) {
            signal("-CONT");
            paused = false;
        }
    }

    private void signal(String signal) {
        if (!isRunning()) {
            return;
        }
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid())).inheritIO().start().onExit().join();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Whether it ended although nobody wanted it to. */
    public boolean hasCrashed() {
        return !endWanted && !isRunning();
    }

    public boolean isPaused() {
        return paused;
    }

    public String name() {
        return name;
    }

    public MemberKind kind() {
        return kind;
    }

    public Client client() {
        return client;
    }

    /** HOST:PORT of the client port. */
    public String endpoint() {
        return "127.0.0.1:" + addresses.clientPort;
    }

    /** What peers reach it by. */
    public String peerUrl() {
        return addresses.advertised();
    }

    public int peerPort() {
        return addresses.peerPort;
    }

    public Path folder() {
        return folder;
    }

    /** Everything it printed, over all its starts. */
    public Path log() {
        return folder.resolve("log");
    }

    @Override
    public void close() {
        kill();
        client.close();
    }
}
