package io.tenon.raft.scenario;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs scenario files: those of {@code -Dtenon.scenarios=DIR}, or the project's own. With {@code -Dtenon.scenarios.rewrite=true} it writes what the
 * core does into the own files instead; the difference is for a reviewer.
 */
class ScenarioTest {
    static final Path OWN = Path.of("src/test/resources/scenarios");
    private static final String OWN_PREFIX = "tenon_";
    /** Log lines are prose, not behaviour: they are left out on both sides. */
    private static final Pattern LOG_LINE = Pattern.compile("\\s*(DEBUG|INFO|WARN|ERROR)\\b.*");

    @TestFactory
    Stream<DynamicTest> interaction() throws IOException {
        return tests("interaction", () -> new InteractionLanguage(new Reached()));
    }

    @TestFactory
    Stream<DynamicTest> quorum() throws IOException {
        return tests("quorum", QuorumLanguage::new);
    }

    @TestFactory
    Stream<DynamicTest> confchange() throws IOException {
        return tests("confchange", ConfChangeLanguage::new);
    }

    private static Optional<Path> given() {
        return Optional.ofNullable(System.getProperty("tenon.scenarios")).filter(name -> !name.isBlank()).map(Path::of);
    }

    private static Stream<DynamicTest> tests(String folder, Supplier<Language> language) throws IOException {
        Path directory = given().orElse(OWN).resolve(folder);
        if (!Files.isDirectory(directory)) {
            return Stream.empty();
        }
        return files(directory).stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
            if (isToRewrite(file)) {
                rewrite(file, language.get());
            } else {
                check(file, language.get());
            }
        }));
    }

    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
        }
    }

    static boolean isOurs(Path file) {
        return file.getFileName().toString().startsWith(OWN_PREFIX);
    }

    /** Recorded files are never rewritten: they are the judge. */
    private static boolean isToRewrite(Path file) {
        return given().isEmpty() && Boolean.getBoolean("tenon.scenarios.rewrite") && isOurs(file);
    }

    private static void rewrite(Path file, Language language) throws IOException {
        var scenario = ScenarioFile.read(file);
        var transcripts = new ArrayList<List<String>>();
        for (var each : scenario.cases()) {
            transcripts.add(normal(lines(run(language, each.command()))));
        }
        Files.writeString(file, scenario.rewritten(transcripts));
    }

    private static void check(Path file, Language language) throws IOException {
        var failures = new ArrayList<String>();
        for (var each : ScenarioFile.read(file).cases()) {
            List<String> expected = normal(each.expected());
            List<String> actual = normal(lines(run(language, each.command())));
            if (!expected.equals(actual)) {
                failures.add("%s:%d: %s%nexpected:%n%s%nactual:%n%s%n".formatted(file, each.line(), each.command().name(),
                        String.join("\n", expected), String.join("\n", actual)));
            }
        }
        assertTrue(failures.isEmpty(), () -> failures.size() + " cases differ\n" + String.join("\n", failures));
    }

    static String run(Language language, Command command) {
        try {
            return language.run(command);
        } catch (RuntimeException e) {
            return "failed: " + e + " at " + e.getStackTrace()[0];
        }
    }

    private static List<String> lines(String transcript) {
        return Arrays.asList(transcript.stripTrailing().split("\n", -1));
    }

    private static List<String> normal(List<String> transcript) {
        List<String> kept = transcript.stream().filter(line -> !LOG_LINE.matcher(line).matches()).map(String::stripTrailing).toList();
        return kept.isEmpty() || kept.equals(List.of("")) || kept.equals(List.of("ok (quiet)")) ? List.of("ok") : kept;
    }
}
