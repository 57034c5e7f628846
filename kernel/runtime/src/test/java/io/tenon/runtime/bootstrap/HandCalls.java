package io.tenon.runtime.bootstrap;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Peer ports that answer what a test says; the others are down. */
final class HandCalls implements PeerCalls {
    private final Map<String, PeerAnswer> answers = new HashMap<>();
    final List<String> asked = new ArrayList<>();

    HandCalls answering(String address, String body) {
        answers.put(address, new PeerAnswer(200, Map.of("X-Etcd-Cluster-Id", "a223a46688bd050b"), ByteString.copyFromUtf8(body)));
        return this;
    }

    HandCalls failing(String address, int status) {
        answers.put(address, PeerAnswer.text(status, "no"));
        return this;
    }

    @Override
    public void call(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply) {
        String address = base + request.path();
        asked.add(address);
        if (answers.containsKey(address)) {
            reply.accept(answers.get(address));
        } else {
            reply.refuse(Refusal.unknown("connection refused"));
        }
    }
}
