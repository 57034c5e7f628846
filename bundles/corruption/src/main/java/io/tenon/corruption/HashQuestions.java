package io.tenon.corruption;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.loop.Inbox;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks this member and the others for their hashes, on behalf of one loop: whatever comes back is worked on in that loop's step. Who asks does not
 * ask again before everything came back.
 */
final class HashQuestions {
    private static final Logger LOG = LoggerFactory.getLogger(HashQuestions.class);
    private static final int MOST_ANSWERS = 1024;
    private static final CallContext CALL = new CallContext(Runnable::run, "");
    private static final int OK = 200;

    private final Services services;
    private final LocalMember self;
    /** What came back, for the loop; each member has one question on its way, so few wait. */
    private final Inbox<Runnable> answers = new Inbox<>(MOST_ANSWERS);

    /** Whom the hashes are asked of. */
    record Services(KeyValues keys, PeerCalls calls, PeerBook book) {
    }

    /**
     * What the others told.
     *
     * @param hashes of those that told one
     * @param asked  how many others there are
     */
    record Told(Map<Long, HashAnswer> hashes, int asked) {
    }

    /** One question to all others. */
    private static final class Round {
        private final long revision;
        private final Duration limit;
        private final Consumer<Told> then;
        private final Map<Long, HashAnswer> hashes = new TreeMap<>(Long::compareUnsigned);
        private int asked;
        private int awaited;

        Round(long revision, Duration limit, Consumer<Told> then) {
            this.revision = revision;
            this.limit = limit;
            this.then = then;
        }
    }

    HashQuestions(Services services, LocalMember self) {
        this.services = services;
        this.self = self;
    }

    void onWork(Runnable wake) {
        answers.onOffer(wake);
    }

    /** Works on what came back; called in every step of the loop. Returns how much it was. */
    int work() {
        return answers.drain(Runnable::run, MOST_ANSWERS);
    }

    LocalMember self() {
        return self;
    }

    /** This member's hash at its newest revision. */
    void own(Consumer<HashAnswer> then, Consumer<Refusal> refused) {
        services.keys.hashKv(HashKVRequest.getDefaultInstance(), CALL, back(response -> then.accept(HashAnswer.of(response)), refused));
    }

    /**
     * The hashes of the others at a revision. Who does not tell one is logged.
     *
     * @param limit of each call; a member is called at one address after the other
     */
    void others(long revision, Duration limit, Consumer<Told> then) {
        Round round = new Round(revision, limit, then);
        round.awaited = 1; // this method itself: the round is not over before everybody was asked
        for (PeerAddress peer : services.book.page().members()) {
            if (peer.id() != self.memberId()) {
                round.asked++;
                round.awaited++;
                ask(round, peer, 0);
            }
        }
        answered(round);
    }

    private void ask(Round round, PeerAddress peer, int urlIndex) {
        if (urlIndex == peer.urls().size()) {
            answered(round);
            return;
        }
        PeerRequest question = new PeerRequest("GET", HashEndpoint.PATH, "",
                Map.of("Content-Type", "application/json", HashEndpoint.CLUSTER_ID, MemberIds.hex(self.clusterId())),
                ByteString.copyFromUtf8("{\"revision\":" + round.revision + "}"));
        services.calls.call(peer.urls().get(urlIndex), question, round.limit, back(answer -> told(round, peer, answer), refusal -> {
            LOG.warn("member did not tell its hash member={} revision={} reason=\"{}\"", MemberIds.hex(peer.id()), round.revision, refusal.text());
            ask(round, peer, urlIndex + 1);
        }));
    }

    private void told(Round round, PeerAddress peer, PeerAnswer answer) {
        String text = answer.body().toStringUtf8();
        try {
            if (answer.status() == OK) {
                round.hashes.put(peer.id(), HashAnswer.read(text));
            } else {
                notTold(round, peer, answer.status() + " " + text.strip());
            }
        } catch (IllegalArgumentException unreadable) {
            notTold(round, peer, "unreadable: " + unreadable.getMessage());
        }
        answered(round);
    }

    private static void notTold(Round round, PeerAddress peer, String reason) {
        LOG.warn("member did not tell its hash member={} revision={} reason=\"{}\"", MemberIds.hex(peer.id()), round.revision, reason);
    }

    private static void answered(Round round) {
        round.awaited--;
        if (round.awaited == 0) {
            round.then.accept(new Told(round.hashes, round.asked));
        }
    }

    /** A reply whose answer is worked on by the loop. */
    <T> Reply<T> back(Consumer<T> answered, Consumer<Refusal> refused) {
        return new Reply<>() {

            @Override
            public void accept(T answer) {
                bring(() -> answered.accept(answer));
            }

            @Override
            public void refuse(Refusal refusal) {
                bring(() -> refused.accept(refusal));
            }
        };
    }

    /** Each member has one answer on its way, and there are fewer members than places. */
    private void bring(Runnable work) {
        if (!answers.offer(work)) {
            throw new IllegalStateException(answers.size() + " answers wait for the comparison of members");
        }
    }
}
