package io.tenon.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * What a run found.
 *
 * @param requests   that ended in the measured time
 * @param histogram  latencies in nanoseconds of those that succeeded
 * @param cpuSeconds of the server, in the measured time
 */
record Result(double seconds, long requests, Histogram histogram, Map<String, LongAdder> errors, Optional<Double> cpuSeconds,
              Optional<Long> residentBytes) {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    double perSecond() {
        return requests / seconds;
    }

    void print(PrintStream out, String name) {
        out.printf("%s: %,d requests in %.1f s%n", name, requests, seconds);
        out.printf("  throughput  %,12.0f /s%n", perSecond());
        for (double percentile : PERCENTILES) {
            out.printf("  p%-10s %,12.3f ms%n", trimmed(percentile), histogram.getValueAtPercentile(percentile) / 1e6);
        }
        out.printf("  max         %,12.3f ms%n", histogram.getMaxValue() / 1e6);
        cpuSeconds.ifPresent(cpu -> out.printf("  server CPU  %,12.1f us/request (%.2f cores)%n", cpu * 1e6 / requests, cpu / seconds));
        residentBytes.ifPresent(bytes -> out.printf("  server RSS  %,12.0f MiB%n", bytes / 1048576.0));
        errors.forEach((text, count) -> out.printf("  error       %,12d x %s%n", count.sum(), text));
    }

    void printJson(PrintStream out, String name) {
        JsonObject json = new JsonObject();
        json.addProperty("load", name);
        json.addProperty("requests", requests);
        json.addProperty("seconds", seconds);
        json.addProperty("per_second", perSecond());
        for (double percentile : PERCENTILES) {
            json.addProperty("p" + trimmed(percentile) + "_ms", histogram.getValueAtPercentile(percentile) / 1e6);
        }
        json.addProperty("max_ms", histogram.getMaxValue() / 1e6);
        cpuSeconds.ifPresent(cpu -> json.addProperty("server_cpu_us_per_request", cpu * 1e6 / requests));
        residentBytes.ifPresent(bytes -> json.addProperty("server_rss_bytes", bytes));
        JsonObject errorCounts = new JsonObject();
        errors.forEach((text, count) -> errorCounts.addProperty(text, count.sum()));
        json.add("errors", errorCounts);
        out.println(new GsonBuilder().create().toJson(json));
    }

    private static String trimmed(double percentile) {
        return percentile == Math.rint(percentile) ? Integer.toString((int) percentile) : Double.toString(percentile);
    }
}
