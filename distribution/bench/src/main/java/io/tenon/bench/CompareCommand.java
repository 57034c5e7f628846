package io.tenon.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
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

    /** Figures of one row by server, a result a round. */
    private record Row(String name, Map<String, List<Result>> results) {
    }

    @Override
    public Integer call() throws Exception {
        List<ServerUnderTest> running = new ArrayList<>();
        try {
            for (String text : servers) {
                ServerUnderTest server = new ServerUnderTest(text);
                running.add(server);
                System.err.printf("%s serves after %.0f ms%n", server.name(), server.start());
            }
            List<Row> rows = measure(running);
            print(rows, running.stream().map(ServerUnderTest::name).toList());
            return 0;
        } finally {
            for (ServerUnderTest server : running) {
                server.close();
            }
        }
    }

    private List<Row> measure(List<ServerUnderTest> running) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, String> named : ROWS.entrySet()) {
            if (!named.getKey().contains(only)) {
                continue;
            }
            Map<String, List<Result>> results = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                for (ServerUnderTest server : running) {
                    Result result = run(named.getValue(), server);
                    results.computeIfAbsent(server.name(), name -> new ArrayList<>()).add(result);
                    System.err.printf("%-46s round %d %-8s %,10.0f /s%n", named.getKey(), round + 1, server.name(), result.perSecond());
                }
            }
            rows.add(new Row(named.getKey(), results));
        }
        return rows;
    }

    private Result run(String line, ServerUnderTest server) throws Exception {
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
        words.addAll(List.of("--endpoints", server.endpoint(), "--pid", Long.toString(server.pid()), "--seconds",
                Integer.toString(seconds), "--warmup", Integer.toString(warmupSeconds)));
        CommandLine.ParseResult parsed = new CommandLine(new Bench()).parseArgs(words.toArray(String[]::new));
        return ((LoadCommand) parsed.subcommand().commandSpec().userObject()).measure();
    }

    private static void print(List<Row> rows, List<String> names) {
        String first = names.getFirst();
        System.out.printf("| load | %s |%n", String.join(" | ", names.stream().map(name -> name + " /s | p99 ms | CPU us").toList())
                + (names.size() > 1 ? " | ratio /s | ratio p99 | ratio CPU" : ""));
        System.out.println("|---|" + "---:|".repeat(names.size() * 3 + (names.size() > 1 ? 3 : 0)));
        for (Row row : rows) {
            StringBuilder line = new StringBuilder("| ").append(row.name);
            for (String name : names) {
                line.append(String.format(" | %,.0f | %,.2f | %,.1f", median(row, name, Result::perSecond), median(row, name, CompareCommand::p99),
                        median(row, name, CompareCommand::cpu)));
            }
            if (names.size() > 1) {
                line.append(String.format(" | %.2f | %.2f | %.2f", ratio(row, first, names.get(1), Result::perSecond),
                        ratio(row, first, names.get(1), CompareCommand::p99), ratio(row, first, names.get(1), CompareCommand::cpu)));
            }
            System.out.println(line.append(" |"));
        }
    }

    private static double p99(Result result) {
        return result.histogram().getValueAtPercentile(99) / 1e6;
    }

    private static double cpu(Result result) {
        return result.cpuSeconds().orElse(0.0) * 1e6 / result.requests();
    }

    private static double median(Row row, String server, ToDoubleFunction<Result> figure) {
        return median(row.results.get(server).stream().mapToDouble(figure).toArray());
    }

    /** Of the ratios round by round, not the ratio of the medians. */
    private static double ratio(Row row, String one, String other, ToDoubleFunction<Result> figure) {
        double[] ratios = new double[row.results.get(one).size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = figure.applyAsDouble(row.results.get(one).get(round)) / figure.applyAsDouble(row.results.get(other).get(round));
        }
        return median(ratios);
    }

    static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
