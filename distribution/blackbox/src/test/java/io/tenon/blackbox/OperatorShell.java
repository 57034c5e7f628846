package io.tenon.blackbox;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** {@code bin/tenon-shell}, as an operator uses it beside a running node. */
public final class OperatorShell {
    private static final long WAIT_SECONDS = 60;

    private final TenonServer server;

    /** What a command printed, and the exit code. */
    public record Answer(int status, String text) {
    }

    /** Waits until the node's shell is there; tools start a moment after the node serves. */
    public OperatorShell(TenonServer server) {
        this.server = server;
        Path socket = server.dataDirectory().resolve("member/tenon/shell/socket");
        await("a socket at " + socket, () -> Files.exists(socket));
    }

    public Answer run(String... command) {
        List<String> words = new ArrayList<>(List.of(TenonServer.image().resolve("bin/tenon-shell").toString(), "--data-dir",
                server.dataDirectory().toString()));
        words.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), text);
        } catch (InterruptedException | InterruptedIOException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Asks for the status until it is as wanted, and answers it. */
    public String awaitStatus(Predicate<String> wanted) {
        String[] last = {""};
        await("a status like that", () -> {
            last[0] = run("tenon:status").text();
            return wanted.test(last[0]);
        });
        return last[0];
    }

    /** The value of one line of the status. */
    public static String line(String status, String name) {
        return status.lines().filter(line -> line.startsWith(name + "  ")).map(line -> line.substring(name.length()).strip()).findFirst()
                .orElse("");
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("not within " + WAIT_SECONDS + " s: " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new AssertionError(stop);
            }
        }
    }
}
