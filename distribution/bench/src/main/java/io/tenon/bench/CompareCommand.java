package io.tenon.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code tenon-bench compare}: the same loads on several servers in turn, in one run. Machines drift, so what counts is the ratio of two
 * figures that were taken one after the other, and its median over the rounds.
 */
@Command(name = "compare", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Starts servers that take etcd's flags and runs the same loads on each in turn; prints a table in Markdown.")
final class CompareCommand implements Callable<Integer> {
    private static final String WIDE = " --connections 100 --clients 1000";
    /** Load and arguments by the name of the row. */
    private static final Map<String, String> ROWS = new LinkedHashMap<>();

    static {
        ROWS.put("put, 1,000 clients", "put" + WIDE);
        ROWS.put("put, 1 client", "put");
        ROWS.put("range of 1 key, linearizable, 1,000 clients", "range" + WIDE);
        ROWS.put("range of 1 key, serializable, 1,000 clients", "range --no-fill --serializable" + WIDE);
        ROWS.put("range of 1 key, linearizable, 1 client", "range --no-fill");
        ROWS.put("range of 1,000 keys, 10 clients", "range --no-fill --keys 1000 --connections 10 --clients 10");
        ROWS.put("txn, half reads of 100 keys, half guarded puts", "txn-mixed --connections 10 --clients 100");
        ROWS.put("100 watchers x 1,000 events/s", "watch --watchers 100 --rate 1000 --connections 10 --clients 10");
        ROWS.put("lease keep-alive, 1,000 streams", "lease-keepalive" + WIDE);
    }

    @Option(names = "--server", required = true, paramLabel = "NAME=COMMAND", description = "first what is measured, then the yardstick")
    private List<String> servers;

    @Option(names = "--rounds", defaultValue = "3", description = "times each load is run on each server (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "6", description = "measured time of a load (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warmup", defaultValue = "4", description = "seconds before (default: ${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(names = "--only", defaultValue = "", description = "rows whose name contains this text")
    private String only;

    @Override
    public Integer call() throws Exception {
        List<ServerUnderTest> running = new ArrayList<>();
        try {
            for (String text : servers) {
                ServerUnderTest server = new ServerUnderTest(text);
                running.add(server);
                System.err.printf("%s serves after %.0f ms%n", server.name(), server.start());
            }
            measure(running).print(System.out);
            return 0;
        } finally {
            for (ServerUnderTest server : running) {
                server.close();
            }
        }
    }

    private ResultTable measure(List<ServerUnderTest> running) throws Exception {
        ResultTable table = new ResultTable(running.stream().map(ServerUnderTest::name).toList());
        for (Map.Entry<String, String> named : ROWS.entrySet()) {
            for (int round = 0; named.getKey().contains(only) && round < rounds; round++) {
                for (ServerUnderTest server : running) {
                    Result result = run(named.getValue(), server);
                    table.add(named.getKey(), server.name(), result);
                    System.err.printf("%-46s round %d %-8s %,10.0f /s%n", named.getKey(), round + 1, server.name(), result.perSecond());
                }
            }
        }
        return table;
    }

    private Result run(String line, ServerUnderTest server) throws Exception {
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
        words.addAll(List.of("--endpoints", server.endpoint(), "--pid", Long.toString(server.pid()), "--seconds",
                Integer.toString(seconds), "--warmup", Integer.toString(warmupSeconds)));
        CommandLine.ParseResult parsed = new CommandLine(new Bench()).parseArgs(words.toArray(String[]::new));
        return ((LoadCommand) parsed.subcommand().commandSpec().userObject()).measure();
    }
}
