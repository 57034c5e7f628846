package io.tenon.simulator.bug;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs seeds with a bug put back, from the first on, until one finds it. */
record Hunt(Path house) {
    /** A bug has to be found within so many seeds. */
    static final int MOST_SEEDS = 1_000;
    private static final long MOST_SECONDS = 300;
    private static final Pattern VIOLATED = Pattern.compile("^violated (\\S+): .* --seed (\\d+)", Pattern.MULTILINE);
    private static final Pattern MESSAGE = Pattern.compile("^VIOLATION of \\S+: (.*)$", Pattern.MULTILINE);

    /**
     * How it ended.
     *
     * @param printed all of it, for when nothing was found
     */
    record Outcome(Bug bug, Optional<Found> found, double seconds, String printed) {

        String line() {
            return String.format(Locale.ROOT, "%-40s  %5s  %-24s  %5.1f s", bug.name(), found.map(seen -> Long.toString(seen.seed())).orElse("-"),
                    found.map(Found::invariant).orElse("NOT FOUND"), seconds);
        }
    }

    /** The seed that found it, and what it violated. */
    record Found(long seed, String invariant, String message) {
    }

    static String heading() {
        return String.format(Locale.ROOT, "%-40s  %5s  %-24s  %s", "bug", "seed", "violated", "took");
    }

    /** Hunts several at once, each in a process of its own. They are answered in their order. */
    List<Outcome> all(List<Bug> bugs, int atOnce) throws IOException, InterruptedException {
        try (ExecutorService hunters = Executors.newFixedThreadPool(atOnce)) {
            List<Future<Outcome>> hunts = bugs.stream().map(bug -> hunters.submit(() -> one(bug))).toList();
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> hunt : hunts) {
                outcomes.add(hunt.get());
                System.out.println(outcomes.getLast().line());
            }
            return outcomes;
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause().getMessage(), failed.getCause());
        }
    }

    private Outcome one(Bug bug) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        try (PutBack putBack = PutBack.of(bug, house)) {
            Process simulator = putBack.simulate(List.of("--from", "1", "--count", Integer.toString(MOST_SEEDS)), ProcessBuilder.Redirect.PIPE);
            simulator.toHandle().onExit().orTimeout(MOST_SECONDS, TimeUnit.SECONDS).exceptionally(late -> {
                simulator.destroyForcibly();
                return simulator.toHandle();
            });
            String printed = new String(simulator.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            simulator.waitFor();
            return new Outcome(bug, found(printed), (System.nanoTime() - startNanos) / 1e9, printed);
        }
    }

    private static Optional<Found> found(String printed) {
        Matcher violated = VIOLATED.matcher(printed);
        Matcher message = MESSAGE.matcher(printed);
        return violated.find() && message.find() ? Optional.of(new Found(Long.parseLong(violated.group(2)), violated.group(1), message.group(1)))
                : Optional.empty();
    }
}
