package io.tenon.bench;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.tenon.wire.etcdserverpb.PutRequest;
import picocli.CommandLine.Command;

/** {@code tenon-bench put}. */
@Command(name = "put", mixinStandardHelpOptions = true, sortOptions = false, description = "Puts keys of the key space.")
final class PutCommand extends LoadCommand {
    static final MethodDescriptor<byte[], byte[]> PUT = Methods.unary("etcdserverpb.KV", "Put");

    @Override
    String name() {
        return "put";
    }

    @Override
    Result run(Connections connections) throws Exception {
        Keys keys = new Keys(options);
        ByteString value = Keys.value(options.valueSizeBytes, options.seed);
        return repeat((client, done) -> Connections.call(connections.channel(client), PUT, put(keys, value), (status, message) -> done.accept(status)));
    }

    static byte[] put(Keys keys, ByteString value) {
        ByteString key;
        synchronized (keys) {
            key = keys.next();
        }
        return PutRequest.newBuilder().setKey(key).setValue(value).build().toByteArray();
    }
}
