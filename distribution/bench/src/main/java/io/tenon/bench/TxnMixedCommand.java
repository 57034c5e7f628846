package io.tenon.bench;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.tenon.wire.etcdserverpb.Compare;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RequestOp;
import io.tenon.wire.etcdserverpb.TxnRequest;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon-bench txn-mixed}. */
@Command(name = "txn-mixed", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Reads ranges and writes guarded transactions in a given ratio.")
final class TxnMixedCommand extends LoadCommand {
    private static final MethodDescriptor<byte[], byte[]> TXN = Methods.unary("etcdserverpb.KV", "Txn");

    @Option(names = "--reads", defaultValue = "0.5", description = "share of read transactions, 0 to 1 (default: ${DEFAULT-VALUE})")
    private double reads;

    @Option(names = "--limit", defaultValue = "100", description = "keys of a read (default: ${DEFAULT-VALUE})")
    private int limit;

    @Override
    String name() {
        return "txn-mixed";
    }

    @Override
    Result run(Connections connections) throws Exception {
        Keys keys = new Keys(options);
        SplittableRandom dice = new SplittableRandom(options.seed);
        ByteString value = Keys.value(options.valueSizeBytes, options.seed);
        return repeat(new Load() {
            @Override
            public void prepare() throws Exception {
                Filling.fill(connections, options);
            }

            @Override
            public void start(int client, Consumer<Status> done) {
                TxnRequest request;
                synchronized (keys) {
                    request = dice.nextDouble() < reads ? read(keys.next()) : write(keys.next(), value);
                }
                Connections.call(connections.channel(client), TXN, request.toByteArray(), (status, message) -> done.accept(status));
            }
        });
    }

    private TxnRequest read(ByteString key) {
        RangeRequest range = RangeRequest.newBuilder().setKey(key).setRangeEnd(ByteString.copyFrom(new byte[1])).setLimit(limit).build();
        return TxnRequest.newBuilder().addSuccess(RequestOp.newBuilder().setRequestRange(range)).build();
    }

    private static TxnRequest write(ByteString key, ByteString value) {
        Compare exists = Compare.newBuilder().setKey(key).setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.GREATER).setCreateRevision(0).build();
        PutRequest put = PutRequest.newBuilder().setKey(key).setValue(value).build();
        return TxnRequest.newBuilder().addCompare(exists).addSuccess(RequestOp.newBuilder().setRequestPut(put))
                .addFailure(RequestOp.newBuilder().setRequestPut(put)).build();
    }
}
