package io.tenon.corruption;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.loop.Inbox;
import io.tenon.api.loop.Loop;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import io.tenon.wire.etcdserverpb.AlarmRequest;
import io.tenon.wire.etcdserverpb.AlarmResponse;
import io.tenon.wire.etcdserverpb.AlarmType;
import io.tenon.wire.etcdserverpb.HashKVRequest;
import io.tenon.wire.etcdserverpb.HashKVResponse;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this member leads it hashes its keyspace from time to time, asks every other for its hash at the same revision, waits until all that was
 * committed then is applied, and hashes again (reference: changes, corruption checks). Whoever differs gets the alarm CORRUPT. A loop of its
 * own; one round at a time, one question a member.
 */
final class PeriodicCheck implements Loop {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicCheck.class);
    private static final int MOST_ANSWERS = 1024;
    private static final CallContext CALL = new CallContext(Runnable::run, "");

    private final Services services;
    private final LocalMember self;
    private final long periodNanos;
    /** What came back, for the loop; each answer brings the next question, so few wait. */
    private final Inbox<Runnable> answers = new Inbox<>(MOST_ANSWERS);
    private Optional<Round> round = Optional.empty();
    private Optional<Long> nextAtNanos = Optional.empty();
    private long nowNanos;

    /** What the check needs of the kernel. */
    record Services(KeyValues keys, Proposals proposals, PeerCalls calls, PeerBook book) {
    }

    /** What is known in one round. */
    private static final class Round {
        private HashAnswer first;
        private final Map<Long, HashAnswer> peers = new TreeMap<>(Long::compareUnsigned);
        private int awaited;
    }

    PeriodicCheck(Services services, LocalMember self, Duration period) {
        this.services = services;
        this.self = self;
        periodNanos = period.toNanos();
    }

    void onWork(Runnable wake) {
        answers.onOffer(wake);
    }

    @Override
    public long wakeAtNanos() {
        return round.isPresent() ? NEVER : nextAtNanos.orElse(nowNanos);
    }

    @Override
    public int step(long atNanos) {
        nowNanos = atNanos;
        int done = answers.drain(Runnable::run, MOST_ANSWERS);
        if (nextAtNanos.isEmpty()) {
            nextAtNanos = Optional.of(nowNanos + periodNanos);
        }
        if (round.isEmpty() && nowNanos - nextAtNanos.get() >= 0) {
            nextAtNanos = Optional.of(nowNanos + periodNanos);
            if (services.proposals.leader() == self.memberId()) {
                begin();
            }
            done++;
        }
        return done;
    }

    private void begin() {
        Round now = new Round();
        round = Optional.of(now);
        hash(hash -> {
            now.first = hash;
            askPeers(now);
        });
    }

    private void askPeers(Round now) {
        for (PeerAddress peer : services.book.page().members()) {
            if (peer.id() != self.memberId() && !peer.urls().isEmpty()) {
                now.awaited++;
                ask(now, peer);
            }
        }
        catchUpWhenAllAnswered(now);
    }

    private void ask(Round now, PeerAddress peer) {
        URI url = peer.urls().getFirst();
        PeerRequest question = new PeerRequest("GET", HashEndpoint.PATH, "",
                Map.of("Content-Type", "application/json", HashEndpoint.CLUSTER_ID, MemberIds.hex(self.clusterId())),
                ByteString.copyFromUtf8("{\"revision\":" + now.first.revision() + "}"));
        services.calls.call(url, question, Duration.ofNanos(periodNanos), back(answer -> {
            read(answer).ifPresentOrElse(hash -> now.peers.put(peer.id(), hash), () -> LOG.warn("member did not tell its hash member={} status={}",
                    MemberIds.hex(peer.id()), answer.status()));
            answered(now);
        }, refusal -> {
            LOG.warn("member did not tell its hash member={} reason=\"{}\"", MemberIds.hex(peer.id()), refusal.text());
            answered(now);
        }));
    }

    private static Optional<HashAnswer> read(PeerAnswer answer) {
        try {
            return answer.status() == 200 ? Optional.of(HashAnswer.read(answer.body().toStringUtf8())) : Optional.empty();
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private void answered(Round now) {
        now.awaited--;
        catchUpWhenAllAnswered(now);
    }

    private void catchUpWhenAllAnswered(Round now) {
        if (now.awaited == 0) {
            services.proposals.awaitLinearizable(back(index -> hash(second -> compare(now, second)), this::giveUp));
        }
    }

    private void compare(Round now, HashAnswer second) {
        HashAnswer first = now.first;
        if (second.revision() == first.revision() && second.compactRevision() == first.compactRevision() && second.hash() != first.hash()) {
            alarm(self.memberId(), "its hash changed and its revision did not");
        }
        now.peers.forEach((member, peer) -> {
            if (peer.revision() > second.revision()) {
                alarm(member, "its revision " + peer.revision() + " is beyond the leader's " + second.revision());
            } else if (peer.compactRevision() > second.compactRevision()) {
                alarm(member, "its compact revision " + peer.compactRevision() + " is beyond the leader's " + second.compactRevision());
            } else if (peer.compactRevision() == first.compactRevision() && peer.hash() != first.hash()) {
                alarm(member, "its hash at revision " + first.revision() + " is " + peer.hash() + ", the leader's " + first.hash());
            }
        });
        LOG.info("members compared revision={} compact-revision={} members={}", first.revision(), first.compactRevision(), now.peers.size());
        round = Optional.empty();
    }

    private void alarm(long member, String why) {
        LOG.error("member is corrupt member={} reason=\"{}\"", MemberIds.hex(member), why);
        AlarmRequest alarm = AlarmRequest.newBuilder().setAction(AlarmRequest.AlarmAction.ACTIVATE).setMemberID(member)
                .setAlarm(AlarmType.CORRUPT).build();
        services.proposals.propose(InternalRaftRequest.newBuilder().setAlarm(alarm).build(), new Reply<AlarmResponse>() {

            @Override
            public void accept(AlarmResponse raised) {
                LOG.warn("alarm raised member={} alarm=CORRUPT", MemberIds.hex(member));
            }

            @Override
            public void refuse(Refusal refusal) {
                LOG.warn("alarm not raised, the next round tries again member={} reason=\"{}\"", MemberIds.hex(member), refusal.text());
            }
        });
    }

    private void hash(Consumer<HashAnswer> then) {
        services.keys.hashKv(HashKVRequest.getDefaultInstance(), CALL,
                back((HashKVResponse response) -> then.accept(HashAnswer.of(response)), this::giveUp));
    }

    private void giveUp(Refusal refusal) {
        LOG.warn("members not compared, the next round tries again reason=\"{}\"", refusal.text());
        round = Optional.empty();
    }

    /** A reply whose answer is worked on by this loop. */
    private <T> Reply<T> back(Consumer<T> answered, Consumer<Refusal> refused) {
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
