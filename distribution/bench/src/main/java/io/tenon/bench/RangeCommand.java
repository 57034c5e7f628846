package io.tenon.bench;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.tenon.wire.etcdserverpb.RangeRequest;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon-bench range}. */
@Command(name = "range", mixinStandardHelpOptions = true, sortOptions = false, description = "Reads ranges of the key space.")
final class RangeCommand extends LoadCommand {
    static final MethodDescriptor<byte[], byte[]> RANGE = Methods.unary("etcdserverpb.KV", "Range");

    @Option(names = "--serializable", description = "read the member's own state instead of a linearizable one")
    private boolean serializable;

    @Option(names = "--keys", defaultValue = "1", description = "keys in a range (default: ${DEFAULT-VALUE})")
    private int keysInRange;

    @Option(names = "--no-fill", description = "the key space was put before")
    private boolean noFill;

    @Override
    String name() {
        return "range-" + (serializable ? "serializable" : "linearizable") + "-" + keysInRange;
    }

    @Override
    Result run(Connections connections) throws Exception {
        Keys keys = new Keys(options);
        return repeat(new Load() {
            @Override
            public void prepare() throws Exception {
                if (!noFill) {
                    Filling.fill(connections, options);
                }
            }

            @Override
            public void start(int client, Consumer<Status> done) {
                byte[] request = range(keys);
                Connections.call(connections.channel(client), RANGE, request, (status, message) -> done.accept(status));
            }
        });
    }

    private byte[] range(Keys keys) {
        int number;
        synchronized (keys) {
            number = keys.nextNumber();
        }
        ByteString key = keys.of(Math.max(0, Math.min(number, keys.space() - keysInRange)));
        RangeRequest.Builder range = RangeRequest.newBuilder().setKey(key).setSerializable(serializable);
        if (keysInRange > 1) {
            range.setRangeEnd(ByteString.copyFrom(new byte[1])).setLimit(keysInRange);
        }
        return range.build().toByteArray();
    }
}
