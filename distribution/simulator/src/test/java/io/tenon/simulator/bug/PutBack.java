package io.tenon.simulator.bug;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The sources of a bug with its changes in them, compiled into a folder of their own. Nothing else is touched. */
record PutBack(Path folder) implements AutoCloseable {

    /** @param house where the sources of bugs are named from */
    static PutBack of(Bug bug, Path house) throws IOException {
        Map<String, String> changed = new TreeMap<>();
        for (Bug.Edit edit : bug.edits()) {
            String before = changed.containsKey(edit.source()) ? changed.get(edit.source()) : Files.readString(house.resolve(edit.source()));
            changed.put(edit.source(), edit.applyTo(before));
        }
        PutBack putBack = new PutBack(Files.createTempDirectory("bug-"));
        putBack.compile(bug, changed);
        return putBack;
    }

    private void compile(Bug bug, Map<String, String> changed) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        for (Map.Entry<String, String> source : changed.entrySet()) {
            Path file = folder.resolve("source").resolve(source.getKey());
            Files.createDirectories(file.getParent());
            files.put(Files.writeString(file, source.getValue()).toString(), source.getKey());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        List<String> options = List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"), "-d", folder.toString());
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(complaints, manager, null, options, null,
                    manager.getJavaFileObjectsFromStrings(files.keySet())).call();
            if (!compiled) {
                throw new IllegalStateException(bug.name() + " does not compile:\n" + complaints);
            }
        }
    }

    /** Runs the simulator with the bug in it. What it prints goes where {@code output} says. */
    Process simulate(List<String> arguments, ProcessBuilder.Redirect output) throws IOException {
        String classPath = folder + File.pathSeparator + System.getProperty("java.class.path");
        List<String> command = Stream.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:+UseSerialGC",
                "-cp", classPath, "io.tenon.simulator.Main"), arguments.stream()).toList();
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }
}
