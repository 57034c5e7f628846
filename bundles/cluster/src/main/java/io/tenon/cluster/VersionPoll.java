package io.tenon.cluster;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.JsonReader;
import io.tenon.api.cluster.MemberIds;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One round of {@code GET /version} to all other members. Answers come on any thread; the apply loop looks whether all are there. */
final class VersionPoll {
    private static final Logger LOG = LoggerFactory.getLogger(VersionPoll.class);
    /** For one address. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(1);
    /** For all; who has not answered then is unknown. */
    private static final long LIMIT_NANOS = Duration.ofSeconds(2).toNanos();
    static final String PATH = "/version";

    private final PeerCalls calls;
    private final List<ClusterMember> others;
    private final long deadlineNanos;
    private final Map<Long, Optional<ClusterVersion>> answers = new ConcurrentHashMap<>();

    private VersionPoll(PeerCalls calls, List<ClusterMember> others, long deadlineNanos) {
        this.calls = calls;
        this.others = others;
        this.deadlineNanos = deadlineNanos;
    }

    static VersionPoll begin(PeerCalls calls, List<ClusterMember> others, long nowNanos) {
        VersionPoll poll = new VersionPoll(calls, others, nowNanos + LIMIT_NANOS);
        others.forEach(member -> poll.ask(member.id(), MemberUrls.callable(member)));
        return poll;
    }

    boolean isOver(long nowNanos) {
        return answers.size() == others.size() || nowNanos - deadlineNanos >= 0;
    }

    /** The others' versions in the order of the members; empty for those that have not told. */
    List<Optional<ClusterVersion>> versions() {
        return others.stream().map(member -> answers.getOrDefault(member.id(), Optional.empty())).toList();
    }

    private void ask(long member, List<URI> urls) {
        if (urls.isEmpty()) {
            answers.put(member, Optional.empty());
            return;
        }
        List<URI> more = urls.subList(1, urls.size());
        calls.call(urls.getFirst(), PeerRequest.get(PATH), CALL_LIMIT, new Reply<>() {

            @Override
            public void accept(PeerAnswer answer) {
                Optional<ClusterVersion> version = read(answer);
                if (version.isPresent()) {
                    answers.put(member, version);
                } else {
                    missed("status " + answer.status());
                }
            }

            @Override
            public void refuse(Refusal refusal) {
                missed(refusal.text());
            }

            private void missed(String reason) {
                LOG.debug("version of a member is not known member={} url={} reason=\"{}\"", MemberIds.hex(member), urls.getFirst(), reason);
                ask(member, more);
            }
        });
    }

    private static Optional<ClusterVersion> read(PeerAnswer answer) {
        if (answer.status() != 200) {
            return Optional.empty();
        }
        try {
            return Optional.of(ClusterVersion.of(JsonReader.object(answer.body().toStringUtf8()).text("etcdserver")));
        } catch (IllegalArgumentException unreadable) {
            LOG.warn("a member's version cannot be read reason=\"{}\"", unreadable.getMessage());
            return Optional.empty();
        }
    }
}
