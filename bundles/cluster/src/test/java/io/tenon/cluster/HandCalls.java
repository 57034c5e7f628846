package io.tenon.cluster;

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

/** Peers that answer at once, or never. */
final class HandCalls implements PeerCalls {
    /** Answers by address and path; who has none is not reached. */
    final Map<String, PeerAnswer> answers = new HashMap<>();
    final List<PeerRequest> requests = new ArrayList<>();
    final List<URI> asked = new ArrayList<>();
    /** Nobody answers, not even that there is no answer. */
    boolean silent;

    @Override
    public void call(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply) {
        requests.add(request);
        asked.add(base);
        PeerAnswer answer = answers.get(base + request.path());
        if (silent) {
            return;
        }
        if (answer == null) {
            reply.refuse(Refusal.unknown("no answer from " + base));
        } else {
            reply.accept(answer);
        }
    }
}
