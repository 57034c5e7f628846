package io.tenon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system says of a process on this machine (Linux). */
final class ServerProcess {
    /** Clock ticks per second of /proc, the same on every Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;
    private final Path proc;

    ServerProcess(long pid) {
        proc = Path.of("/proc", Long.toString(pid));
    }

    /** User and system time since the process started. */
    double cpuSeconds() {
        String stat = read("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    long residentBytes() {
        return read("status").lines().filter(line -> line.startsWith("VmRSS:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst().orElse(0) * 1024;
    }

    private String read(String file) {
        try {
            return Files.readString(proc.resolve(file));
        } catch (IOException failure) {
            throw new UncheckedIOException("process " + proc.getFileName() + " cannot be read: " + failure, failure);
        }
    }
}
