package io.tenon.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that runs one load and reports. */
abstract class LoadCommand implements Callable<Integer> {
    @Mixin
    LoadOptions options;

    /** Name of the load in the report. */
    abstract String name();

    abstract Load load(Connections connections);

    @Override
    public Integer call() throws Exception {
        options.check();
        try (Connections connections = new Connections(options)) {
            Result result = new Run(options, load(connections), System.err).go();
            if (options.json) {
                result.printJson(System.out, name());
            } else {
                result.print(System.out, name());
            }
            return result.requests() > 0 && result.histogram().getTotalCount() > 0 ? 0 : 1;
        }
    }
}
