package io.tenon.bench;

import com.google.protobuf.ByteString;
import io.tenon.wire.etcdserverpb.PutRequest;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** Puts every key of the key space once, before a load that reads them. */
final class Filling {
    private static final int IN_FLIGHT = 256;

    private Filling() {
    }

    static void fill(Connections connections, LoadOptions options) throws InterruptedException {
        Keys keys = new Keys(options);
        ByteString value = Keys.value(options.valueSizeBytes, options.seed);
        Semaphore room = new Semaphore(IN_FLIGHT);
        AtomicReference<String> failure = new AtomicReference<>();
        for (int number = 0; number < keys.space() && failure.get() == null; number++) {
            room.acquire();
            byte[] put = PutRequest.newBuilder().setKey(keys.of(number)).setValue(value).build().toByteArray();
            Connections.call(connections.channel(number), PutCommand.PUT, put, (status, message) -> {
                if (!status.isOk()) {
                    failure.set(status.toString());
                }
                room.release();
            });
        }
        room.acquire(IN_FLIGHT);
        if (failure.get() != null) {
            throw new IllegalStateException("filling the key space failed: " + failure.get());
        }
    }
}
