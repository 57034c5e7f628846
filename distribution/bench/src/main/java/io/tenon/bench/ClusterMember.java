package io.tenon.bench;

import io.grpc.Status;
import io.tenon.wire.etcdserverpb.StatusRequest;
import io.tenon.wire.etcdserverpb.StatusResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One member of a {@link ClusterUnderTest}: its folder, its ports, a connection, and its process while it runs. */
final class ClusterMember implements AutoCloseable {
    static final MethodDescriptor<byte[], byte[]> STATUS = Methods.unary("etcdserverpb.Maintenance", "Status");
    private static final long ASK_SECONDS = 2;

    private final String name;
    private final Path folder;
    private final int clientPort;
    private final int peerPort;
    private final Connections connection;
    private List<String> command = List.of();
    private Process process;

    ClusterMember(String name, Path folder) throws IOException {
        this.name = name;
        this.folder = folder;
        clientPort = ServerUnderTest.freePort();
        peerPort = ServerUnderTest.freePort();
        LoadOptions options = new LoadOptions();
        options.endpoints = List.of(endpoint());
        options.connections = 1;
        options.threads = 1;
        connection = new Connections(options);
    }

    String name() {
        return name;
    }

    String endpoint() {
        return "127.0.0.1:" + clientPort;
    }

    String peerUrl() {
        return "http://127.0.0.1:" + peerPort;
    }

    Connections connection() {
        return connection;
    }

    Path log() {
        return folder.resolveSibling(name + ".log");
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** @param initialCluster and its state, as etcd's flags have them */
    void start(String program, String initialCluster, String state) throws IOException {
        command = new ArrayList<>(List.of(program, "--name", name, "--data-dir", folder.toString(), "--listen-client-urls", "http://" + endpoint(),
                "--advertise-client-urls", "http://" + endpoint(), "--listen-peer-urls", peerUrl(), "--initial-advertise-peer-urls", peerUrl(),
                "--initial-cluster", initialCluster, "--initial-cluster-state", state, "--quota-backend-bytes", Long.toString(8L << 30)));
        restart();
    }

    /** Again, with the same flags. */
    void restart() throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
    }

    /** SIGKILL, without waiting for more than the process's end. */
    void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** What it says of itself, if it answers soon. */
    Optional<StatusResponse> status() throws InterruptedException {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        Connections.call(connection.channel(0), STATUS, StatusRequest.getDefaultInstance().toByteArray(), (status, message) -> {
            if (status.getCode() == Status.Code.OK) {
                answer.complete(message);
            } else {
                answer.completeExceptionally(status.asRuntimeException());
            }
        });
        try {
            return Optional.of(StatusResponse.parseFrom(answer.get(ASK_SECONDS, TimeUnit.SECONDS)));
        } catch (ExecutionException | TimeoutException silent) {
            connection.channel(0).resetConnectBackoff();
            return Optional.empty();
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException(name + " answers what is no status", broken);
        }
    }

    boolean leads() throws InterruptedException {
        return status().filter(status -> status.getLeader() == status.getHeader().getMemberId()).isPresent();
    }

    @Override
    public void close() {
        kill();
        connection.close();
    }
}
