package io.tenon.edge.json;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An endpoint for probes: all checks at its path, each at a path below. {@code verbose} lists them, {@code exclude=name} leaves one out.
 * A check gives the text of what is wrong.
 */
abstract class ProbeHandler extends GetHandler {

    /** A check; the executor is where its answer may come home to. */
    interface Check extends Function<Executor, CompletableFuture<Optional<String>>> {
    }

    /** The outcome of a check. */
    private record Outcome(String name, Optional<String> error) {

        String line() {
            return error.map(text -> "[-]" + name + " failed: " + text + "\n").orElse("[+]" + name + " ok\n");
        }
    }

    private final String path;
    private final SortedMap<String, Check> checks;

    ProbeHandler(String path, Map<String, Check> checks) {
        this.path = path;
        this.checks = new TreeMap<>(checks);
    }

    @Override
    final void get(Request request, Response response, Callback callback) {
        String asked = Request.getPathInContext(request);
        var parameters = Request.extractQueryParameters(request);
        boolean verbose = parameters.getNames().contains("verbose");
        if (asked.equals(path)) {
            var excluded = Set.copyOf(parameters.getValuesOrEmpty("exclude"));
            var names = checks.keySet().stream().filter(name -> !excluded.contains(name)).toList();
            check(names, request).thenAccept(outcomes -> answer(outcomes, verbose, response, callback));
        } else if (checks.containsKey(asked.substring(path.length() + 1))) {
            check(List.of(asked.substring(path.length() + 1)), request)
                    .thenAccept(outcomes -> answer(outcomes, verbose, response, callback));
        } else {
            Text.plain(response, HttpStatus.NOT_FOUND_404, "404 page not found", callback);
        }
    }

    private CompletableFuture<List<Outcome>> check(List<String> names, Request request) {
        Executor home = request.getComponents().getExecutor();
        var running = names.stream().map(name -> checks.get(name).apply(home)
                .exceptionally(failure -> Optional.of(Checks.text(failure)))
                .thenApply(error -> new Outcome(name, error))).toList();
        return CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
                .thenApply(done -> running.stream().map(CompletableFuture::join).toList());
    }

    private static void answer(List<Outcome> outcomes, boolean verbose, Response response, Callback callback) {
        var lines = new StringBuilder();
        outcomes.forEach(outcome -> lines.append(outcome.line()));
        if (outcomes.stream().anyMatch(outcome -> outcome.error.isPresent())) {
            Text.plain(response, HttpStatus.SERVICE_UNAVAILABLE_503, lines.toString(), callback);
        } else {
            Text.plain(response, HttpStatus.OK_200, (verbose ? lines.toString() : "") + "ok", callback);
        }
    }
}
