package io.tenon.simulator.bug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BugTest {
    private static final Path HOUSE = Path.of("../..").toAbsolutePath().normalize();

    /** Whoever changes a source is told here, in no time, that a bug no longer fits it. */
    @Test
    void everyBugFitsTheSourcesAsTheyAre() throws IOException {
        List<Bug> bugs = Bug.in(HOUSE.resolve("distribution/simulator/bugs"));
        assertFalse(bugs.isEmpty());
        for (Bug bug : bugs) {
            for (Bug.Edit edit : bug.edits()) {
                edit.applyTo(Files.readString(HOUSE.resolve(edit.source())));
            }
        }
    }

    @Test
    void linesArePutInThePlaceOfOthers() {
        Bug bug = Bug.parse("01-example", List.of("# What it is.", "# More.", "", "in a/B.java", "", "find", "    one", "    two", "put", "    three", "", "find",
                "    four", "put", ""));
        assertEquals("What it is.", bug.title());
        assertEquals(List.of(new Bug.Edit("a/B.java", "    one\n    two\n", "    three\n"), new Bug.Edit("a/B.java", "    four\n", "")), bug.edits());
        assertEquals("zero\n    three\nend\n", bug.edits().getFirst().applyTo("zero\n    one\n    two\nend\n"));
    }

    @Test
    void linesThatAreMissingOrThereTwiceAreRefused() {
        Bug.Edit edit = new Bug.Edit("a/B.java", "    one\n", "");
        assertThrows(IllegalStateException.class, () -> edit.applyTo("    two\n"));
        assertThrows(IllegalStateException.class, () -> edit.applyTo("    one\n    one\n"));
    }

    @Test
    void aFileThatIsNotUnderstoodIsRefused() {
        assertThrows(IllegalStateException.class, () -> Bug.parse("01-example", List.of("# What it is.")));
        assertThrows(IllegalStateException.class, () -> Bug.parse("01-example", List.of("# What it is.", "in a/B.java", "replace", "    one")));
    }
}
