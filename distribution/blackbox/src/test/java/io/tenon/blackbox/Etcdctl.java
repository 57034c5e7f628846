package io.tenon.blackbox;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The etcdctl of the machine: {@code $ETCDCTL}, or the first on the path. */
final class Etcdctl {
    private static final long COMMAND_SECONDS = 120;
    private final String endpoint;

    Etcdctl(TenonServer server) {
        endpoint = server.endpoint();
    }

    /** What a command printed and how it ended. */
    record Result(int exit, String out, String err) {

        /** The output of a command that must succeed, without the last line's end. */
        String ok() {
            if (exit != 0) {
                throw new AssertionError("etcdctl ended with " + exit + ": " + err + out);
            }
            return out.stripTrailing();
        }
    }

    Result run(String... arguments) {
        return run(Optional.empty(), arguments);
    }

    Result runWithInput(String input, String... arguments) {
        return run(Optional.of(input), arguments);
    }

    private Result run(Optional<String> input, String... arguments) {
        try {
            Path out = Files.createTempFile("etcdctl", ".out");
            Path err = Files.createTempFile("etcdctl", ".err");
            Process process = start(builder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.orElse("").getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("etcdctl " + String.join(" ", arguments) + " did not end");
            }
            Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** A command that goes on (watch, keep-alive); its output goes to a file. */
    Process start(Path out, String... arguments) throws IOException {
        return start(builder(arguments).redirectErrorStream(true).redirectOutput(out.toFile()));
    }

    private static Process start(ProcessBuilder builder) throws IOException {
        return builder.start();
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command = new ArrayList<>(List.of(binary(), "--endpoints=" + endpoint));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("ETCDCTL_API", "3");
        return builder;
    }

    private static String binary() {
        Optional<String> named = Optional.ofNullable(System.getenv("ETCDCTL"));
        return named.orElseGet(() -> Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, "etcdctl"))
                .filter(Files::isExecutable).map(Path::toString).findFirst()
                .orElseThrow(() -> new AssertionError("etcdctl is not on the path: install the package etcd-client, or set ETCDCTL")));
    }
}
