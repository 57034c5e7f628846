package io.tenon.raft.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A scenario file as it was read, so that it can be written again with other transcripts. */
final class ScenarioFile {
    private static final String RULE = "----";

    /**
     * One case.
     *
     * @param head     lines before the rule, comments and blank ones among them
     * @param line     number of the command's line, from 1
     * @param expected the transcript
     */
    record Case(List<String> head, int line, Command command, List<String> expected) {
    }

    private final List<String> lines;
    private final List<Case> cases = new ArrayList<>();
    private List<String> tail = List.of();
    private int at;

    private ScenarioFile(List<String> lines) {
        this.lines = lines;
    }

    static ScenarioFile read(Path file) throws IOException {
        var scenario = new ScenarioFile(Files.readAllLines(file));
        scenario.parse();
        return scenario;
    }

    List<Case> cases() {
        return cases;
    }

    private void parse() {
        while (at < lines.size()) {
            int start = at;
            while (at < lines.size() && (lines.get(at).isBlank() || lines.get(at).startsWith("#"))) {
                at++;
            }
            if (at == lines.size()) {
                tail = lines.subList(start, at);
                return;
            }
            parseCase(start);
        }
    }

    private void parseCase(int start) {
        int line = at + 1;
        var command = new StringBuilder(lines.get(at++).strip());
        while (command.charAt(command.length() - 1) == '\\') {
            command.setLength(command.length() - 1);
            command.append(lines.get(at++).strip());
        }
        var input = new ArrayList<String>();
        while (at < lines.size() && !lines.get(at).equals(RULE)) {
            input.add(lines.get(at++));
        }
        List<String> head = lines.subList(start, at);
        at++;
        cases.add(new Case(head, line, Command.parse(withoutRemark(command.toString()), input), expected()));
    }

    private static String withoutRemark(String command) {
        int remark = command.indexOf(" #");
        return remark < 0 ? command : command.substring(0, remark);
    }

    private List<String> expected() {
        boolean fenced = at < lines.size() && lines.get(at).equals(RULE);
        var expected = new ArrayList<String>();
        if (fenced) {
            at++;
            while (!(lines.get(at).equals(RULE) && lines.get(at + 1).equals(RULE))) {
                expected.add(lines.get(at++));
            }
            at += 2;
        } else {
            while (at < lines.size() && !lines.get(at).isBlank()) {
                expected.add(lines.get(at++));
            }
        }
        return expected;
    }

    /** The file with these transcripts in the place of its own. */
    String rewritten(List<List<String>> transcripts) {
        var text = new ArrayList<String>();
        for (int i = 0; i < cases.size(); i++) {
            List<String> transcript = transcripts.get(i);
            boolean fence = transcript.stream().anyMatch(String::isBlank);
            text.addAll(cases.get(i).head());
            text.add(RULE);
            if (fence) {
                text.add(RULE);
            }
            text.addAll(transcript);
            if (fence) {
                text.addAll(List.of(RULE, RULE));
            }
        }
        text.addAll(tail);
        return String.join("\n", text) + "\n";
    }
}
