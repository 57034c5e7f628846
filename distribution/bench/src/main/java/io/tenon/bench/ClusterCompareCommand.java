package io.tenon.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon-bench cluster}: loads of clusters of three, as {@link CompareCommand} has them for one server. CPU time is of all members. */
@Command(name = "cluster", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Starts a cluster of three for each server and runs the same loads on each in turn; prints a table in Markdown.")
final class ClusterCompareCommand implements Callable<Integer> {
    private static final String WIDE = " --connections 99 --clients 1000";
    private static final Map<String, Row> ROWS = new LinkedHashMap<>();

    /** Whom a load talks to. */
    private enum Target {
        ALL,
        LEADER,
        FOLLOWER
    }

    private record Row(String line, Target target) {
    }

    static {
        ROWS.put("put, 3 members, 1,000 clients", new Row("put" + WIDE, Target.ALL));
        ROWS.put("put, 3 members, 1 client", new Row("put", Target.LEADER));
        ROWS.put("range of 1 key, linearizable, through a follower, 1,000 clients", new Row("range --key-space 10000" + WIDE, Target.FOLLOWER));
        ROWS.put("range of 1 key, linearizable, through a follower, 1 client", new Row("range --key-space 10000 --no-fill", Target.FOLLOWER));
    }

    @Option(names = "--server", required = true, paramLabel = "NAME=COMMAND", description = "first what is measured, then the yardstick")
    private List<String> servers;

    @Option(names = "--rounds", defaultValue = "3", description = "times each load is run on each cluster (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "6", description = "measured time of a load (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warmup", defaultValue = "4", description = "seconds before (default: ${DEFAULT-VALUE})")
    private int warmupSeconds;

    @Option(names = "--only", defaultValue = "", description = "rows whose name contains this text")
    private String only;

    @Override
    public Integer call() throws Exception {
        try (Clusters clusters = Clusters.start(servers)) {
            ResultTable table = new ResultTable(clusters.all().stream().map(ClusterUnderTest::name).toList());
            for (Map.Entry<String, Row> row : ROWS.entrySet()) {
                for (int round = 0; row.getKey().contains(only) && round < rounds; round++) {
                    for (ClusterUnderTest cluster : clusters.all()) {
                        Result result = run(row.getValue(), cluster);
                        table.add(row.getKey(), cluster.name(), result);
                        System.err.printf("%-64s round %d %-8s %,10.0f /s%n", row.getKey(), round + 1, cluster.name(), result.perSecond());
                    }
                }
            }
            table.print(System.out);
            return 0;
        }
    }

    private Result run(Row row, ClusterUnderTest cluster) throws Exception {
        List<ClusterMember> members = switch (row.target) {
            case ALL -> cluster.members();
            case LEADER -> List.of(cluster.leader());
            case FOLLOWER -> List.of(cluster.followers().getFirst());
        };
        List<String> words = new ArrayList<>(Arrays.asList(row.line.split(" ")));
        words.addAll(List.of("--endpoints", members.stream().map(ClusterMember::endpoint).collect(Collectors.joining(",")), "--pid",
                cluster.members().stream().map(member -> Long.toString(member.pid())).collect(Collectors.joining(",")), "--seconds",
                Integer.toString(seconds), "--warmup", Integer.toString(warmupSeconds)));
        CommandLine.ParseResult parsed = new CommandLine(new Bench()).parseArgs(words.toArray(String[]::new));
        return ((LoadCommand) parsed.subcommand().commandSpec().userObject()).measure();
    }
}
