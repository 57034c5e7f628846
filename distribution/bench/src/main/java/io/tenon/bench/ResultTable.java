package io.tenon.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Results of the same loads on several servers, a result a round, and what they say in Markdown: medians, and the median of the ratios. */
final class ResultTable {
    private final List<String> servers;
    private final Map<String, Map<String, List<Result>>> rows = new LinkedHashMap<>();

    /** @param servers first what is measured, then the yardstick */
    ResultTable(List<String> servers) {
        this.servers = servers;
    }

    void add(String row, String server, Result result) {
        rows.computeIfAbsent(row, name -> new LinkedHashMap<>()).computeIfAbsent(server, name -> new ArrayList<>()).add(result);
    }

    void print(PrintStream out) {
        boolean compared = servers.size() > 1;
        out.printf("| load | %s |%n", String.join(" | ", servers.stream().map(name -> name + " /s | p99 ms | CPU us").toList())
                + (compared ? " | ratio /s | ratio p99 | ratio CPU" : ""));
        out.println("|---|" + "---:|".repeat(servers.size() * 3 + (compared ? 3 : 0)));
        rows.forEach((name, results) -> {
            StringBuilder line = new StringBuilder("| ").append(name);
            for (String server : servers) {
                line.append(String.format(" | %,.0f | %,.2f | %,.1f", median(results.get(server), Result::perSecond),
                        median(results.get(server), ResultTable::p99), median(results.get(server), ResultTable::cpu)));
            }
            if (compared) {
                List<Result> one = results.get(servers.getFirst());
                List<Result> other = results.get(servers.get(1));
                line.append(String.format(" | %.2f | %.2f | %.2f", ratio(one, other, Result::perSecond), ratio(one, other, ResultTable::p99),
                        ratio(one, other, ResultTable::cpu)));
            }
            out.println(line.append(" |"));
        });
    }

    private static double p99(Result result) {
        return result.histogram().getValueAtPercentile(99) / 1e6;
    }

    private static double cpu(Result result) {
        return result.cpuSeconds().orElse(0.0) * 1e6 / result.requests();
    }

    private static double median(List<Result> results, ToDoubleFunction<Result> figure) {
        return median(results.stream().mapToDouble(figure).toArray());
    }

    /** Of the ratios round by round, not the ratio of the medians. */
    private static double ratio(List<Result> one, List<Result> other, ToDoubleFunction<Result> figure) {
        double[] ratios = new double[one.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = figure.applyAsDouble(one.get(round)) / figure.applyAsDouble(other.get(round));
        }
        return median(ratios);
    }

    static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
