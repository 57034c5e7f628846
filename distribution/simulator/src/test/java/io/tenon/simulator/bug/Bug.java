package io.tenon.simulator.bug;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A bug as a file describes it: comments, then for each change the source {@code in} which it is, the lines to {@code find} and those to
 * {@code put} in their place.
 *
 * @param name  number and name, as the file's
 * @param title first line of the comments
 */
record Bug(String name, String title, List<Edit> edits) {
    private static final String COMMENT = "#";
    private static final String IN = "in ";
    private static final String FIND = "find";
    private static final String PUT = "put";

    /**
     * One change.
     *
     * @param source from the root of the house
     * @param find   whole lines, which the source has exactly once
     */
    record Edit(String source, String find, String put) {

        String applyTo(String text) {
            int at = text.indexOf(find);
            if (find.isEmpty() || at < 0 || text.indexOf(find, at + 1) >= 0) {
                throw new IllegalStateException(source + (at < 0 ? " does not have" : " has more than once") + " these lines:\n" + find);
            }
            return text.substring(0, at) + put + text.substring(at + find.length());
        }
    }

    /** All bugs in a folder, by number. */
    static List<Bug> in(Path folder) throws IOException {
        List<Bug> bugs = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder, "*.bug")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".bug", "");
                bugs.add(parse(name, Files.readAllLines(file)));
            }
        }
        bugs.sort((one, other) -> one.name.compareTo(other.name));
        return bugs;
    }

    static Bug parse(String name, List<String> lines) {
        Parser parser = new Parser(name);
        lines.forEach(parser::line);
        parser.endEdit();
        if (parser.edits.isEmpty() || parser.title.isEmpty()) {
            throw new IllegalStateException(name + " says nothing of what it is, or changes nothing");
        }
        return new Bug(name, parser.title, List.copyOf(parser.edits));
    }

    /** Takes one line after the other. Those of a source begin with a space; what does not is for this parser. */
    private static final class Parser {
        private final String name;
        private final List<Edit> edits = new ArrayList<>();
        private final List<String> find = new ArrayList<>();
        private final List<String> put = new ArrayList<>();
        private List<String> into = new ArrayList<>();
        private String title = "";
        private String source = "";

        Parser(String name) {
            this.name = name;
        }

        void line(String line) {
            if (line.startsWith(COMMENT)) {
                title = title.isEmpty() ? line.substring(1).strip() : title;
            } else if (line.startsWith(IN)) {
                endEdit();
                source = line.substring(IN.length()).strip();
            } else if (line.equals(FIND)) {
                endEdit();
                into = find;
            } else if (line.equals(PUT)) {
                into = put;
            } else if (line.isEmpty() || line.startsWith(" ")) {
                into.add(line);
            } else {
                throw new IllegalStateException(name + ": neither a comment, nor in, find, put, nor a line of a source: " + line);
            }
        }

        void endEdit() {
            if (!find.isEmpty()) {
                edits.add(new Edit(source, text(find), text(put)));
            }
            find.clear();
            put.clear();
            into = new ArrayList<>();
        }

        private static String text(List<String> lines) {
            int end = lines.size();
            while (end > 0 && lines.get(end - 1).isEmpty()) {
                end--;
            }
            return end == 0 ? "" : String.join("\n", lines.subList(0, end)) + "\n";
        }
    }
}
