package io.tenon.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import org.junit.jupiter.api.Test;

class SizeTest {

    @Test
    void nothingNewPassesTheCeilings() throws IOException {
        var house = House.here();
        var sources = new TreeMap<String, JavaFileObject>();
        for (Path file : house.sources()) {
            sources.put(house.root().relativize(file).toString(), new Text(Files.readString(file)));
        }
        assertTrue(sources.containsKey("distribution/tidy/src/test/java/io/tenon/tidy/SizeTest.java"), "sources not found");
        assertFalse(sources.keySet().stream().anyMatch(name -> name.contains("/target/")), "generated code is excluded");

        var ratchet = Ratchet.parse(Files.readAllLines(Path.of("exceptions.txt")));
        assertEquals("", String.join("\n", ratchet.complaints(Sizes.overCeiling(sources))));
    }

    @Test
    void fileAtTheCeilingPassesAndOneLineMoreDoesNot() throws IOException {
        assertEquals(Map.of(), over("\n".repeat(599) + "class A {}"));
        assertEquals(Map.of("A.java", 601), over("\n".repeat(600) + "class A {}"));
    }

    @Test
    void methodAtTheCeilingPassesAndOneLineMoreDoesNot() throws IOException {
        assertEquals(Map.of(), over("class A { void f() {" + "\n".repeat(59) + "} }"));
        assertEquals(Map.of("A.java#A.f", 61), over("class A { void f() {" + "\n".repeat(60) + "} }"));
    }

    @Test
    void everyPlaceForCodeIsMeasured() throws IOException {
        String long61 = "{" + "\n".repeat(60) + "}";
        assertEquals(Map.of("A.java#A.B.<init>", 61), over("class A { record B(int c) { B " + long61 + " } }"));
        assertEquals(Map.of("A.java#A.<clinit>", 61), over("class A { static " + long61 + " }"));
        assertEquals(Map.of("A.java#A.task", 61), over("class A { Runnable task = () -> " + long61 + "; }"));
        assertEquals(Map.of("A.java#A.f", 61), over("interface A { default void f() " + long61 + " }"));
        assertEquals(Map.of("A.java#A.task.new.run", 61),
                over("class A { Runnable task = new Runnable() { public void run() " + long61 + " }; }"));
    }

    @Test
    void bracesInTextAndCommentsDoNotMislead() throws IOException {
        assertEquals(Map.of("A.f", 3, "A.g", 1), Sizes.measure(new Text("""
                class A {
                    void f() {
                        String s = "}"; /* } */ // }
                    }
                    void g() {}
                }
                """)));
    }

    @Test
    void exceptionsMayOnlyShrink() {
        var ratchet = Ratchet.parse(List.of("# why", "", "A.java 700", "B.java#B.f 90"));
        assertEquals(List.of(), ratchet.complaints(Map.of("A.java", 700, "B.java#B.f", 90)));
        assertEquals(List.of("A.java grew from 700 to 701 lines: divide it"),
                ratchet.complaints(Map.of("A.java", 701, "B.java#B.f", 90)));
        assertEquals(List.of("A.java shrank from 700 to 650 lines: lower its entry"),
                ratchet.complaints(Map.of("A.java", 650, "B.java#B.f", 90)));
        assertEquals(List.of("B.java#B.f no longer needs its entry of 90 lines: remove it"),
                ratchet.complaints(Map.of("A.java", 700)));
        assertEquals(List.of("C.java has 601 lines: divide it"),
                ratchet.complaints(new TreeMap<>(Map.of("A.java", 700, "B.java#B.f", 90, "C.java", 601))));
    }

    private static Map<String, Integer> over(String code) throws IOException {
        return Sizes.overCeiling(Map.of("A.java", new Text(code)));
    }

    /** Source in memory. */
    private static final class Text extends SimpleJavaFileObject {

        private final String code;

        Text(String code) {
            super(URI.create("string:///A.java"), Kind.SOURCE);
            this.code = code;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
