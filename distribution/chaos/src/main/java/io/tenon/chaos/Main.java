package io.tenon.chaos;

import picocli.CommandLine;

/** The command line. */
public final class Main {

    private Main() {
    }

    /** @param arguments as on the command line */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new ChaosCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof IllegalArgumentException) {
                command.getErr().println("chaos: " + failure.getMessage());
                return 2;
            }
            throw failure;
        });
        System.exit(line.execute(arguments));
    }
}
