package io.tenon.discovery;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.tenon.api.config.DiscoveryChoice;
import io.tenon.api.config.DiscoveryChoice.Endpoint;
import io.tenon.spi.discovery.DiscoveryException;
import io.tenon.wire.etcdserverpb.AuthenticateRequest;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry behind etcd's gRPC. An endpoint that does not answer is left for the next one; after each round through all of them there is a
 * pause, twice as long as the one before.
 */
final class EtcdRegistry implements Registry, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdRegistry.class);
    private static final String NO_LOGIN = "etcdserver: authentication is not enabled";
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(32);

    private final DiscoveryChoice choice;
    private final Tls tls;
    private final EventLoopGroup loop;
    private final Pauses pauses;
    private int current;
    private Optional<Connection> connection = Optional.empty();
    private Optional<String> token = Optional.empty();

    /** @param loop for connections; the caller ends it */
    EtcdRegistry(DiscoveryChoice choice, Tls tls, EventLoopGroup loop, Pauses pauses) {
        this.choice = choice;
        this.tls = tls;
        this.loop = loop;
        this.pauses = pauses;
    }

    @Override
    public Optional<String> get(String key) throws DiscoveryException, InterruptedException {
        return call(Rpc.RANGE, RangeRequest.newBuilder().setKey(bytes(key)).build()).getKvsList().stream().findFirst()
                .map(row -> row.getValue().toStringUtf8());
    }

    @Override
    public List<Row> list(String prefix) throws DiscoveryException, InterruptedException {
        RangeRequest range = RangeRequest.newBuilder().setKey(bytes(prefix)).setRangeEnd(after(bytes(prefix))).build();
        return call(Rpc.RANGE, range).getKvsList().stream()
                .map(row -> new Row(row.getKey().toStringUtf8(), row.getValue().toStringUtf8(), row.getCreateRevision())).toList();
    }

    @Override
    public void put(String key, String value) throws DiscoveryException, InterruptedException {
        call(Rpc.PUT, PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build());
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /** The first key behind all that begin so: the prefixes asked for end in a slash. */
    private static ByteString after(ByteString prefix) {
        int last = prefix.size() - 1;
        return prefix.substring(0, last).concat(ByteString.copyFrom(new byte[] {(byte) (prefix.byteAt(last) + 1)}));
    }

    private <Q extends MessageLite, A extends MessageLite> A call(MethodDescriptor<Q, A> method, Q request)
            throws DiscoveryException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (int failures = 1; ; failures++) {
            Endpoint endpoint = choice.endpoints().get(current);
            try {
                Connection now = connected(endpoint);
                logIn(now);
                return now.call(method, request, token);
            } catch (StatusRuntimeException failure) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("the call was given up");
                }
                leave(endpoint, failure.getStatus());
            }
            if (failures % choice.endpoints().size() == 0) {
                pauses.pause(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private Connection connected(Endpoint endpoint) throws DiscoveryException {
        if (connection.isEmpty()) {
            connection = Optional.of(new Connection(endpoint, choice.times(), tls.of(endpoint), loop));
        }
        return connection.get();
    }

    private void logIn(Connection now) {
        if (choice.login().isEmpty() || token.isPresent()) {
            return;
        }
        DiscoveryChoice.Login login = choice.login().get();
        AuthenticateRequest request = AuthenticateRequest.newBuilder().setName(login.user()).setPassword(login.password()).build();
        try {
            token = Optional.of(now.call(Rpc.AUTHENTICATE, request, Optional.empty()).getToken());
        } catch (StatusRuntimeException failure) {
            // Nobody has to log in there, so whoever would is let in as well.
            if (!NO_LOGIN.equals(failure.getStatus().getDescription())) {
                throw failure;
            }
        }
    }

    /** Goes on to the next endpoint, unless what failed would fail there too. */
    private void leave(Endpoint endpoint, Status status) throws DiscoveryException {
        // What Netty says of a handshake has several lines.
        String why = (status.getCode() + Optional.ofNullable(status.getDescription()).map(text -> ": " + text).orElse("")
                + Optional.ofNullable(status.getCause()).map(cause -> ": " + cause.getMessage()).orElse("")).replace('\n', ' ');
        switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, ABORTED, RESOURCE_EXHAUSTED, INTERNAL, UNKNOWN ->
                    LOG.warn("the registry of new clusters does not answer endpoint={} reason=\"{}\"", endpoint, why);
            // A token that has run out; a wrong password is another code.
            case UNAUTHENTICATED -> LOG.info("logging in to the registry of new clusters again endpoint={} reason=\"{}\"", endpoint, why);
            case OK, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED,
                    DATA_LOSS -> throw new DiscoveryException("discovery: " + endpoint + " refuses: " + why);
        }
        close();
        token = Optional.empty();
        current = (current + 1) % choice.endpoints().size();
    }

    /** Ends the connection; the next call makes another. */
    @Override
    public void close() {
        connection.ifPresent(Connection::close);
        connection = Optional.empty();
    }
}
