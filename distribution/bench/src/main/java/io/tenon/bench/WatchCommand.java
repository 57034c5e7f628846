package io.tenon.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchRequest;
import io.tenon.wire.etcdserverpb.WatchResponse;
import io.tenon.wire.mvccpb.Event;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code tenon-bench watch}: one writer puts at a rate, many watchers get each event; a value begins with the time of its put, and latency
 * is until the watcher has it.
 */
@Command(name = "watch", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Puts one key at --rate and measures the way of each event to --watchers.")
final class WatchCommand extends LoadCommand {
    private static final MethodDescriptor<byte[], byte[]> WATCH = Methods.stream("etcdserverpb.Watch", "Watch");
    private static final long START_SECONDS = 30;

    @Option(names = "--watchers", defaultValue = "100", description = "watchers of the key, a stream each (default: ${DEFAULT-VALUE})")
    private int watchers;

    private final Recorder recorder = new Recorder();
    private final LongAdder lost = new LongAdder();

    @Override
    String name() {
        return "watch-" + watchers;
    }

    @Override
    Result run(Connections connections) throws Exception {
        if (options.ratePerSecond == 0) {
            options.ratePerSecond = 1000;
        }
        ByteString key = new Keys(options).of(0);
        CountDownLatch created = new CountDownLatch(watchers);
        for (int number = 0; number < watchers; number++) {
            open(connections, number, key, created);
        }
        if (!created.await(START_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(created.getCount() + " of " + watchers + " watchers were not created");
        }
        Result result = measure(connections, key);
        if (lost.sum() > 0) {
            throw new IllegalStateException(lost.sum() + " times an event was lost, repeated or out of order");
        }
        return result;
    }

    private void open(Connections connections, int number, ByteString key, CountDownLatch created) {
        ClientCall<byte[], byte[]> call = connections.channel(number).newCall(WATCH, CallOptions.DEFAULT);
        call.start(new Watcher(call, created), new Metadata());
        call.request(1);
        call.sendMessage(WatchRequest.newBuilder().setCreateRequest(WatchCreateRequest.newBuilder().setKey(key)).build().toByteArray());
    }

    /** The writer is a load of its own whose latencies are not what is asked for; events are. */
    private Result measure(Connections connections, ByteString key) throws Exception {
        Optional<ServerProcess> server = options.pids.stream().findFirst().map(ServerProcess::new);
        long start = System.nanoTime();
        long measureFrom = start + TimeUnit.SECONDS.toNanos(options.warmupSeconds);
        long until = measureFrom + TimeUnit.SECONDS.toNanos(options.seconds);
        double cpuBefore = 0;
        long doneBefore = 0;
        boolean measuring = false;
        for (long number = 0; System.nanoTime() - until < 0; number++) {
            long at = start + number * TimeUnit.SECONDS.toNanos(1) / options.ratePerSecond;
            if (!measuring && System.nanoTime() - measureFrom >= 0) {
                measuring = true;
                cpuBefore = server.map(ServerProcess::cpuSeconds).orElse(0.0);
                doneBefore = recorder.done();
                recorder.count(true);
            }
            for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
                java.util.concurrent.locks.LockSupport.parkNanos(left);
            }
            put(connections, key);
        }
        recorder.count(false);
        double cpu = server.map(ServerProcess::cpuSeconds).orElse(0.0) - cpuBefore;
        double seconds = (System.nanoTime() - measureFrom) / 1e9;
        return new Result(seconds, recorder.done() - doneBefore, recorder.histogram(), recorder.errors(), server.map(one -> cpu),
                server.map(ServerProcess::residentBytes));
    }

    private void put(Connections connections, ByteString key) {
        byte[] value = new byte[Math.max(Long.BYTES, options.valueSizeBytes)];
        ByteBuffer.wrap(value).putLong(System.nanoTime());
        byte[] request = PutRequest.newBuilder().setKey(key).setValue(ByteString.copyFrom(value)).build().toByteArray();
        Connections.call(connections.channel(0), PutCommand.PUT, request, (status, message) -> {
            if (!status.isOk()) {
                recorder.record(status, 0);
            }
        });
    }

    private final class Watcher extends ClientCall.Listener<byte[]> {
        private final ClientCall<byte[], byte[]> call;
        private final CountDownLatch created;
        private long lastRevision;

        Watcher(ClientCall<byte[], byte[]> call, CountDownLatch created) {
            this.call = call;
            this.created = created;
        }

        @Override
        public void onMessage(byte[] message) {
            call.request(1);
            WatchResponse response = parse(message);
            if (response.getCreated()) {
                created.countDown();
            }
            for (Event event : response.getEventsList()) {
                long revision = event.getKv().getModRevision();
                if (lastRevision != 0 && revision != lastRevision + 1) {
                    lost.increment();
                }
                lastRevision = revision;
                recorder.record(Status.OK, System.nanoTime() - event.getKv().getValue().asReadOnlyByteBuffer().getLong());
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (!status.isOk() && status.getCode() != Status.Code.CANCELLED) {
                recorder.record(status, 0);
            }
        }

        private static WatchResponse parse(byte[] message) {
            try {
                return WatchResponse.parseFrom(message);
            } catch (InvalidProtocolBufferException bad) {
                throw new IllegalStateException("server sent no WatchResponse: " + bad.getMessage(), bad);
            }
        }
    }
}
