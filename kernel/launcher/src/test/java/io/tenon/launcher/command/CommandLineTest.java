package io.tenon.launcher.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandLineTest {

    @Test
    void oneDashOrTwoAndEqualsOrNot() throws UsageException {
        for (var arguments : List.of(List.of("--name", "n"), List.of("--name=n"), List.of("-name", "n"), List.of("-name=n"))) {
            assertEquals(Map.of("name", "n"), CommandLine.parse(arguments).flags());
        }
        assertEquals(Map.of("name", ""), CommandLine.parse(List.of("--name=")).flags());
        assertEquals(Map.of("name", "a=b"), CommandLine.parse(List.of("--name=a=b")).flags());
        assertEquals(Map.of("name", "--data-dir"), CommandLine.parse(List.of("--name", "--data-dir")).flags());
    }

    @Test
    void booleanTakesNoFollowingValue() throws UsageException {
        assertEquals(Map.of("unsafe-no-fsync", "true", "name", "n"), CommandLine.parse(List.of("--unsafe-no-fsync", "--name=n")).flags());
        assertEquals(Map.of("unsafe-no-fsync", "false"), CommandLine.parse(List.of("--unsafe-no-fsync=false")).flags());
        assertEquals(Optional.of("false"), CommandLine.parse(List.of("--unsafe-no-fsync", "false")).extra());
    }

    @Test
    void lastOfSeveralWins() throws UsageException {
        assertEquals(Map.of("name", "b"), CommandLine.parse(List.of("--name=a", "--name=b")).flags());
    }

    @Test
    void flagsEndAtTheFirstOtherArgument() throws UsageException {
        var line = CommandLine.parse(List.of("--name=a", "extra", "--nope"));
        assertEquals(Optional.of("extra"), line.extra());
        assertEquals(Optional.of("-"), CommandLine.parse(List.of("-")).extra());
        assertEquals(Optional.of("--name"), CommandLine.parse(List.of("--", "--name")).extra());
        assertEquals(Optional.empty(), CommandLine.parse(List.of("--")).extra());
    }

    @Test
    void helpEndsTheReading() throws UsageException {
        assertTrue(CommandLine.parse(List.of("-h", "--nope")).askHelp());
        assertTrue(CommandLine.parse(List.of("--help")).askHelp());
        assertFalse(CommandLine.parse(List.of()).askHelp());
    }

    @Test
    void complaintsAreGos() {
        assertComplaint("flag provided but not defined: -nope", "--nope=1");
        assertComplaint("flag needs an argument: -name", "--name");
        assertComplaint("bad flag syntax: ---name", "---name");
        assertComplaint("bad flag syntax: -=x", "-=x");
        assertComplaint("invalid value \"abc\" for flag -heartbeat-interval: parse error", "--heartbeat-interval", "abc");
        assertComplaint("invalid boolean value \"abc\" for -unsafe-no-fsync: parse error", "--unsafe-no-fsync=abc");
        assertComplaint("invalid value \"x\" for flag -max-wals: parse error", "--max-wals=x", "--nope");
    }

    private static void assertComplaint(String message, String... arguments) {
        assertEquals(message, assertThrows(UsageException.class, () -> CommandLine.parse(List.of(arguments))).getMessage());
    }
}
