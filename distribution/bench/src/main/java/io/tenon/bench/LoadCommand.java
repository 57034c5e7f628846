package io.tenon.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that runs one load and reports. */
abstract class LoadCommand implements Callable<Integer> {
    @Mixin
    LoadOptions options;

    /** Name of the load in the report. */
    abstract String name();

    /** Runs the load to its end. */
    abstract Result run(Connections connections) throws Exception;

    @Override
    public Integer call() throws Exception {
        Result result = measure();
        if (options.json) {
            result.printJson(System.out, name());
        } else {
            result.print(System.out, name());
        }
        return result.requests() > 0 && result.histogram().getTotalCount() > 0 ? 0 : 1;
    }

    /** Connects, runs, disconnects. */
    Result measure() throws Exception {
        options.check();
        try (Connections connections = new Connections(options)) {
            return run(connections);
        }
    }

    /** Runs a load whose clients start a request when the last one is done. */
    final Result repeat(Load load) throws Exception {
        return new Run(options, load, System.err).go();
    }
}
