package io.tenon.bench;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.tenon.wire.etcdserverpb.LeaseGrantRequest;
import io.tenon.wire.etcdserverpb.LeaseGrantResponse;
import io.tenon.wire.etcdserverpb.LeaseKeepAliveRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon-bench lease-keepalive}: each client has a lease and a stream. */
@Command(name = "lease-keepalive", mixinStandardHelpOptions = true, sortOptions = false, description = "Keeps leases alive, a stream a client.")
final class KeepAliveCommand extends LoadCommand {
    private static final MethodDescriptor<byte[], byte[]> GRANT = Methods.unary("etcdserverpb.Lease", "LeaseGrant");
    private static final MethodDescriptor<byte[], byte[]> KEEP_ALIVE = Methods.stream("etcdserverpb.Lease", "LeaseKeepAlive");

    @Option(names = "--ttl", defaultValue = "600", description = "seconds of a lease (default: ${DEFAULT-VALUE})")
    private long ttlSeconds;

    @Override
    String name() {
        return "lease-keepalive";
    }

    @Override
    Result run(Connections connections) throws Exception {
        List<LeaseStream> streams = new ArrayList<>();
        return repeat(new Load() {
            @Override
            public void prepare() throws Exception {
                byte[] grant = LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build().toByteArray();
                for (int client = 0; client < options.clients; client++) {
                    long lease = LeaseGrantResponse.parseFrom(connections.await(GRANT, grant)).getID();
                    streams.add(new LeaseStream(connections.channel(client).newCall(KEEP_ALIVE, CallOptions.DEFAULT), lease));
                }
            }

            @Override
            public void start(int client, Consumer<Status> done) {
                streams.get(client).send(done);
            }
        });
    }

    /** One request is in flight at a time. */
    private static final class LeaseStream extends ClientCall.Listener<byte[]> {
        private final ClientCall<byte[], byte[]> call;
        private final byte[] request;
        private volatile Consumer<Status> waiting = status -> { };

        LeaseStream(ClientCall<byte[], byte[]> call, long lease) {
            this.call = call;
            request = LeaseKeepAliveRequest.newBuilder().setID(lease).build().toByteArray();
            call.start(this, new Metadata());
            call.request(1);
        }

        void send(Consumer<Status> done) {
            waiting = done;
            call.sendMessage(request);
        }

        @Override
        public void onMessage(byte[] message) {
            call.request(1);
            waiting.accept(Status.OK);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            waiting.accept(status.isOk() ? Status.UNAVAILABLE.withDescription("stream ended") : status);
        }
    }
}
