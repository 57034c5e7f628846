package io.tenon.transport.http;

import com.google.protobuf.ByteString;
import io.tenon.api.config.UrlAddress;
import io.tenon.api.consensus.Message;
import io.tenon.spi.transport.MalformedMessageException;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerMessages;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** All that a peer port answers below {@code /raft}; the checks are in etcd's order, because a peer acts on which of them fails. */
final class RaftHandler extends Handler.Abstract {
    static final String PROBING = "/raft/probing";
    private static final int MOST_MESSAGE_BYTES = 512 << 20;
    private static final int HEX = 16;

    private final Identity self;
    private final Delivery delivery;
    private final Peers peers;
    private final SnapshotReceiver snapshots;
    private final Handler others;

    /** @param others answers every other path */
    RaftHandler(Parts parts, Peers peers, SnapshotReceiver snapshots, Handler others) {
        self = parts.identity();
        delivery = parts.delivery();
        this.peers = peers;
        this.snapshots = snapshots;
        this.others = others;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.startsWith(StreamType.PREFIX)) {
            handleStream(path.substring(StreamType.PREFIX.length()), request, response, callback);
            return true;
        }
        switch (path) {
            case Pipeline.PATH -> handleMessage(request, response, callback);
            case SnapshotSender.PATH -> handleSnapshot(request, response, callback);
            case PROBING -> Answers.write(PeerAnswer.of(200, "text/plain; charset=utf-8",
                    ByteString.copyFromUtf8("{\"OK\":true,\"Now\":\"" + Instant.now() + "\"}\n")), response, callback);
            default -> {
                return others.handle(request, response, callback);
            }
        }
        return true;
    }

    private static String header(Request request, String name) {
        String value = request.getHeaders().get(name);
        return value == null ? "" : value;
    }

    private static Optional<PeerAnswer> wrongMethod(Request request, String allowed) {
        return request.getMethod().equals(allowed) ? Optional.empty() : Optional.of(Answers.methodNotAllowed(allowed));
    }

    /** Method, then what every answer from here on says, then versions and cluster. */
    private Optional<PeerAnswer> begin(Request request, Response response, String method) {
        Optional<PeerAnswer> wrong = wrongMethod(request, method);
        if (wrong.isPresent()) {
            return wrong;
        }
        response.getHeaders().put(Headers.CLUSTER_ID, self.clusterHex());
        return Compatibility.refusal(self, name -> header(request, name));
    }

    // --- Streams.

    private void handleStream(String rest, Request request, Response response, Callback callback) {
        Optional<PeerAnswer> wrong = wrongMethod(request, "GET");
        if (wrong.isEmpty()) {
            response.getHeaders().put(Headers.CLUSTER_ID, self.clusterHex());
            response.getHeaders().put(Headers.SERVER_VERSION, self.version());
            wrong = Compatibility.refusal(self, name -> header(request, name));
        }
        wrong.ifPresentOrElse(answer -> Answers.write(answer, response, callback), () -> openStream(rest, request, response, callback));
    }

    private void openStream(String rest, Request request, Response response, Callback callback) {
        int slash = rest.lastIndexOf('/');
        Optional<StreamType> type = StreamType.of(slash < 0 ? "" : rest.substring(0, slash));
        OptionalLong from = parseId(rest.substring(slash + 1));
        if (type.isEmpty()) {
            Answers.write(PeerAnswer.text(404, "invalid path"), response, callback);
        } else if (from.isEmpty()) {
            Answers.write(PeerAnswer.text(404, "invalid from"), response, callback);
        } else if (delivery.isRemoved(from.getAsLong())) {
            Answers.write(PeerAnswer.text(410, "removed member"), response, callback);
        } else {
            Optional<Peer> peer = peers.findMember(from.getAsLong());
            if (peer.isEmpty()) {
                hear(request);
                Answers.write(PeerAnswer.text(404, "error sender not found"), response, callback);
            } else if (!header(request, Headers.RAFT_TO).equals(self.hex())) {
                Answers.write(PeerAnswer.text(412, "to field mismatch"), response, callback);
            } else {
                peer.get().wantsSnapshots(header(request, Headers.TENON_SNAPSHOT));
                response.setStatus(200);
                response.getHeaders().put(Headers.TENON_SNAPSHOT, Headers.CANONICAL);
                peer.get().attach(type.get(), new JettySink(request, response, callback));
            }
        }
    }

    private static OptionalLong parseId(String hex) {
        try {
            return OptionalLong.of(Long.parseUnsignedLong(hex, HEX));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The sender may be a member that this one has not heard of yet. */
    private void learn(Request request) {
        OptionalLong from = parseId(header(request, Headers.SERVER_FROM));
        if (from.isPresent() && peers.find(from.getAsLong()).isEmpty()) {
            peers.learn(from.getAsLong(), urls(header(request, Headers.PEER_URLS)));
        }
    }

    /** As {@link #learn}, of a request whose head says in which form its sender wants snapshots. */
    private void hear(Request request) {
        learn(request);
        OptionalLong from = parseId(header(request, Headers.SERVER_FROM));
        if (from.isPresent()) {
            peers.find(from.getAsLong()).ifPresent(peer -> peer.wantsSnapshots(header(request, Headers.TENON_SNAPSHOT)));
        }
    }

    private static List<URI> urls(String list) {
        List<URI> urls = new ArrayList<>();
        for (String text : list.split(",")) {
            try {
                URI url = new URI(text.strip());
                if (("http".equals(url.getScheme()) || "https".equals(url.getScheme())) 
                        && UrlAddress.of(url).filter(address -> address.port() > 0).isPresent()) {
                    urls.add(url);
                }
            } catch (URISyntaxException e) {
                // Whoever does not say where it listens cannot be answered.
                return List.of();
            }
        }
        return urls;
    }

    // --- Single messages.

    private void handleMessage(Request request, Response response, Callback callback) {
        Optional<PeerAnswer> wrong = begin(request, response, "POST");
        if (wrong.isPresent()) {
            Answers.write(wrong.get(), response, callback);
            return;
        }
        hear(request);
        Bodies.read(request, MOST_MESSAGE_BYTES, new Bodies.Receiver() {
            @Override
            public void whole(ByteString body) {
                takeMessage(body, response, callback);
            }

            @Override
            public void tooLong() {
                Answers.write(PeerAnswer.text(400, "error reading raft message"), response, callback);
            }

            @Override
            public void broken(Throwable failure) {
                Answers.write(PeerAnswer.text(400, "error reading raft message"), response, callback);
            }
        });
    }

    private void takeMessage(ByteString body, Response response, Callback callback) {
        Message message;
        try {
            message = PeerMessages.decode(body);
        } catch (MalformedMessageException e) {
            Answers.write(PeerAnswer.text(400, "error unmarshalling raft message"), response, callback);
            return;
        }
        if (delivery.deliver(message)) {
            Answers.write(Answers.empty(204), response, callback);
        } else {
            Answers.writeAndBreakOff(PeerAnswer.text(500, "error processing raft message"), response, callback);
        }
    }

    // --- Snapshots.

    private void handleSnapshot(Request request, Response response, Callback callback) {
        Optional<PeerAnswer> wrong = begin(request, response, "POST");
        if (wrong.isPresent()) {
            Answers.write(wrong.get(), response, callback);
            return;
        }
        learn(request);
        snapshots.receive(request, response, callback);
    }
}
