package io.tenon.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tenon-bench}: the commands are the loads. */
@Command(name = "tenon-bench", mixinStandardHelpOptions = true, version = "tenon-bench 0.1.0", sortOptions = false,
        description = "Loads an etcd v3 endpoint and reports throughput, latency percentiles and, with --pid, the server's CPU time.",
        subcommands = {PutCommand.class, RangeCommand.class, TxnMixedCommand.class, WatchCommand.class, KeepAliveCommand.class,
            EchoCommand.class, CompareCommand.class, FootprintCommand.class, ClusterCompareCommand.class, FailoverCommand.class, CatchUpCommand.class})
public final class Bench {

    /** @param args as on the command line */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Bench());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("tenon-bench: " + (failure.getMessage() == null ? failure : failure.getMessage()));
            return 1;
        });
        System.exit(args.length == 0 ? usage(line) : line.execute(args));
    }

    private static int usage(CommandLine line) {
        line.usage(System.err);
        return 2;
    }
}
