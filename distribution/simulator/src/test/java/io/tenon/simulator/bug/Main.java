package io.tenon.simulator.bug;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The command {@code bugs/run}: hunts all bugs, or those whose names begin with the words given. What begins with the first option goes to the
 * simulator as it is, with the one bug in it.
 */
public final class Main {

    private Main() {
    }

    /** @param arguments root of the house first */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path house = Path.of(arguments[0]);
        List<String> words = Arrays.stream(arguments).skip(1).takeWhile(word -> !word.startsWith("-")).toList();
        List<String> options = Arrays.stream(arguments).skip(1L + words.size()).toList();
        List<Bug> bugs = Bug.in(house.resolve("distribution/simulator/bugs")).stream()
                .filter(bug -> words.isEmpty() || words.stream().anyMatch(bug.name()::startsWith)).toList();
        if (bugs.isEmpty() || !options.isEmpty() && bugs.size() > 1) {
            System.err.println(bugs.isEmpty() ? "no such bug" : "options are for one bug");
            System.exit(2);
        }
        System.exit(options.isEmpty() ? hunt(house, bugs) : simulate(house, bugs.getFirst(), options));
    }

    private static int hunt(Path house, List<Bug> bugs) throws IOException, InterruptedException {
        System.out.println(Hunt.heading());
        int atOnce = Math.min(2, Runtime.getRuntime().availableProcessors());
        return new Hunt(house).all(bugs, atOnce).stream().allMatch(outcome -> outcome.found().isPresent()) ? 0 : 1;
    }

    private static int simulate(Path house, Bug bug, List<String> options) throws IOException, InterruptedException {
        System.out.println(bug.name() + ": " + bug.title());
        try (PutBack putBack = PutBack.of(bug, house)) {
            return putBack.simulate(options, ProcessBuilder.Redirect.INHERIT).waitFor();
        }
    }
}
