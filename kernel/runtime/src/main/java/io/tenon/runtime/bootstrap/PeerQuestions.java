package io.tenon.runtime.bootstrap;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks several peer ports at once and waits for all. The start of a member is the only place that waits: nothing runs yet that it could hold up.
 */
final class PeerQuestions {
    private static final Logger LOG = LoggerFactory.getLogger(PeerQuestions.class);
    private static final int OK = 200;

    private final Supplier<Optional<PeerCalls>> calls;

    PeerQuestions(Supplier<Optional<PeerCalls>> calls) {
        this.calls = calls;
    }

    /** What one address answered. */
    record Answered(URI base, PeerAnswer answer) {
    }

    /** The good answers, in the order of the addresses. Whoever does not answer, or not well, is logged and left out. */
    List<Answered> ask(List<URI> bases, String path, Duration limit) {
        Optional<PeerCalls> way = calls.get();
        if (way.isEmpty()) {
            LOG.warn("no transport is deployed that could ask other members path={}", path);
            return List.of();
        }
        List<CompletableFuture<Optional<PeerAnswer>>> open = bases.stream().map(base -> ask(way.get(), base, path, limit)).toList();
        List<Answered> answers = new ArrayList<>();
        for (int at = 0; at < bases.size(); at++) {
            URI base = bases.get(at);
            open.get(at).join().ifPresent(answer -> answers.add(new Answered(base, answer)));
        }
        return answers;
    }

    private static CompletableFuture<Optional<PeerAnswer>> ask(PeerCalls calls, URI base, String path, Duration limit) {
        CompletableFuture<Optional<PeerAnswer>> result = new CompletableFuture<>();
        calls.call(base, PeerRequest.get(path), limit, new Reply<>() {

            @Override
            public void accept(PeerAnswer answer) {
                if (answer.status() != OK) {
                    LOG.warn("peer answered with an error address={} path={} status={} text=\"{}\"", base, path, answer.status(),
                            answer.body().toStringUtf8().strip());
                }
                result.complete(Optional.of(answer).filter(given -> given.status() == OK));
            }

            @Override
            public void refuse(Refusal refusal) {
                LOG.info("peer does not answer address={} path={} reason=\"{}\"", base, path, refusal.text());
                result.complete(Optional.empty());
            }
        });
        return result;
    }
}
