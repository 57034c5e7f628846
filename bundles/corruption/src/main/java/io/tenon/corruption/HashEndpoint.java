package io.tenon.corruption;

import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.Slot;
import io.tenon.api.cluster.JsonReader;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.kv.KeyValues;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerEndpoint;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Tells other members this one's HashKV (reference: http, peer port). Any thread. */
@Component(service = PeerEndpoint.class, immediate = true)
public final class HashEndpoint implements PeerEndpoint {
    static final String PATH = "/members/hashkv";
    static final String CLUSTER_ID = "X-Etcd-Cluster-ID";
    private static final int MOST_BODY_BYTES = 64 << 10;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NO_SUCH_METHOD = 405;
    private static final int OTHER_CLUSTER = 412;
    private static final CallContext PEER = new CallContext(Runnable::run, "");

    private final KeyValues keys;
    private final String clusterId;

    @Activate
    public HashEndpoint(@Reference(target = Slot.TARGET) KeyValues keys, @Reference LocalMember self) {
        this.keys = keys;
        clusterId = MemberIds.hex(self.clusterId());
    }

    @Override
    public List<String> paths() {
        return List.of(PATH);
    }

    @Override
    public int mostBodyBytes() {
        return MOST_BODY_BYTES;
    }

    @Override
    public void handle(PeerRequest request, Reply<PeerAnswer> reply) {
        if (!request.method().equals("GET")) {
            PeerAnswer no = PeerAnswer.text(NO_SUCH_METHOD, "Method Not Allowed");
            reply.accept(new PeerAnswer(no.status(), with(no.headers(), "Allow", "GET"), no.body()));
            return;
        }
        String named = request.header(CLUSTER_ID);
        if (!named.isEmpty() && !named.equals(clusterId)) {
            reply.accept(PeerAnswer.text(OTHER_CLUSTER, "cluster ID mismatch"));
            return;
        }
        try {
            long revision = JsonReader.object(request.body().toStringUtf8()).unsigned("revision");
            keys.hashKv(HashKVRequest.newBuilder().setRevision(revision).build(), PEER, new Answer(reply));
        } catch (IllegalArgumentException unreadable) {
            reply.accept(PeerAnswer.text(BAD_REQUEST, "error unmarshalling request"));
        }
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> more = new java.util.HashMap<>(headers);
        more.put(name, value);
        return Map.copyOf(more);
    }

    private final class Answer implements Reply<HashKVResponse> {
        private final Reply<PeerAnswer> reply;

        Answer(Reply<PeerAnswer> reply) {
            this.reply = reply;
        }

        @Override
        public void accept(HashKVResponse response) {
            reply.accept(new PeerAnswer(OK, Map.of("Content-Type", "application/json", CLUSTER_ID, clusterId), HashAnswer.write(response)));
        }

        @Override
        public void refuse(Refusal refusal) {
            if (refusal.equals(Refusals.FUTURE_REVISION)) {
                reply.accept(PeerAnswer.text(BAD_REQUEST, "mvcc: required revision is a future revision"));
            } else if (refusal.equals(Refusals.COMPACTED)) {
                reply.accept(PeerAnswer.text(BAD_REQUEST, "mvcc: required revision has been compacted"));
            } else {
                reply.refuse(refusal);
            }
        }
    }
}
