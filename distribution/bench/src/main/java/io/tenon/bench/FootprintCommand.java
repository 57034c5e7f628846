package io.tenon.bench;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon-bench footprint}: what a server needs for a million keys, and how long it takes to come back with them. */
@Command(name = "footprint", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Fills a fresh server, lists everything, restarts it; prints memory and times in Markdown.")
final class FootprintCommand implements Callable<Integer> {
    private static final double MIB = 1048576.0;

    @Option(names = "--server", required = true, paramLabel = "NAME=COMMAND", description = "takes etcd's flags; may be given several times")
    private List<String> servers;

    @Option(names = "--keys", defaultValue = "1000000", description = "keys of 32 + 256 bytes (default: ${DEFAULT-VALUE})")
    private int keys;

    @Override
    public Integer call() throws Exception {
        System.out.println("| server | first start ms | idle MiB | fill /s | MiB with keys | list all s | MiB after | stop ms | restart ms "
                + "| MiB restarted |");
        System.out.println("|---|" + "---:|".repeat(9));
        for (String text : servers) {
            try (ServerUnderTest server = new ServerUnderTest(text)) {
                measure(server);
            }
        }
        return 0;
    }

    private void measure(ServerUnderTest server) throws Exception {
        double firstStart = server.start();
        double idle = server.process().residentBytes() / MIB;
        LoadOptions options = new LoadOptions();
        options.endpoints = List.of(server.endpoint());
        options.connections = 4;
        options.clients = 4;
        options.threads = 1;
        options.keySizeBytes = 32;
        options.valueSizeBytes = 256;
        options.keySpace = keys;
        options.seed = 1;
        options.sequential = true;
        try (Connections connections = new Connections(options)) {
            long from = System.nanoTime();
            Filling.fill(connections, options);
            double fillPerSecond = keys * 1e9 / (System.nanoTime() - from);
            double filled = server.process().residentBytes() / MIB;
            double listSeconds = list(connections);
            double listed = server.process().residentBytes() / MIB;
            double stop = server.stop();
            double restart = server.start();
            double restarted = server.process().residentBytes() / MIB;
            System.out.printf("| %s | %,.0f | %,.0f | %,.0f | %,.0f | %.2f | %,.0f | %,.0f | %,.0f | %,.0f |%n", server.name(), firstStart, idle,
                    fillPerSecond, filled, listSeconds, listed, stop, restart, restarted);
        }
    }

    private double list(Connections connections) throws Exception {
        ByteString all = ByteString.copyFrom(new byte[1]);
        byte[] request = RangeRequest.newBuilder().setKey(all).setRangeEnd(all).build().toByteArray();
        long from = System.nanoTime();
        byte[] answer = connections.await(RangeCommand.RANGE, request);
        double seconds = (System.nanoTime() - from) / 1e9;
        long count = RangeResponse.parseFrom(answer).getKvsCount();
        if (count != keys) {
            throw new IllegalStateException("listed " + count + " of " + keys + " keys");
        }
        return seconds;
    }
}
