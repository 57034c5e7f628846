package io.tenon.simulator;

import picocli.CommandLine;

/** The command line of the simulator. */
public final class Main {

    private Main() {
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SimulateCommand()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }
}
