package io.tenon.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon-bench call}: the ceiling of a server, an empty request to any unary method. */
@Command(name = "call", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Calls a unary method with an empty request; tenon.Echo/Echo (server property tenon.echo=true) does nothing at all.")
final class EchoCommand extends LoadCommand {
    private static final byte[] NOTHING = {};

    @Option(names = "--method", defaultValue = "tenon.Echo/Echo", description = "full name (default: ${DEFAULT-VALUE})")
    private String method;

    @Override
    String name() {
        return method;
    }

    @Override
    Result run(Connections connections) throws Exception {
        int slash = method.indexOf('/');
        var descriptor = Methods.unary(method.substring(0, slash), method.substring(slash + 1));
        return repeat((client, done) -> Connections.call(connections.channel(client), descriptor, NOTHING, (status, message) -> done.accept(status)));
    }
}
