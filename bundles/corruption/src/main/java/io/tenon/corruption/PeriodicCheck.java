package io.tenon.corruption;

import io.tenon.api.Refusal;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.proposal.Proposals;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this member leads it hashes its keyspace from time to time, asks every other for its hash at the same revision, waits until all that was
 * committed then is applied, and hashes again (reference: changes, corruption checks). When one differs the alarm CORRUPT is raised.
 */
final class PeriodicCheck extends LeaderRounds {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicCheck.class);

    private final Proposals proposals;
    private final HashQuestions questions;
    private final Suspects suspects;
    private final Alarms alarms;
    private final Duration period;

    PeriodicCheck(Proposals proposals, HashQuestions questions, Duration period, Suspects suspects) {
        super(proposals, questions, period);
        this.proposals = proposals;
        this.questions = questions;
        this.suspects = suspects;
        this.period = period;
        alarms = new Alarms(proposals);
    }

    @Override
    void begin() {
        questions.own(first -> questions.others(first.revision(), period, told -> catchUp(first, told.hashes())), this::giveUp);
    }

    private void catchUp(HashAnswer first, Map<Long, HashAnswer> peers) {
        proposals.awaitLinearizable(questions.back(index -> questions.own(second -> compare(first, second, peers), this::giveUp), this::giveUp));
    }

    private void compare(HashAnswer first, HashAnswer second, Map<Long, HashAnswer> peers) {
        if (second.revision() == first.revision() && second.compactRevision() == first.compactRevision() && second.hash() != first.hash()) {
            suspect(questions.self().memberId(), "its hash changed and its revision did not");
        }
        peers.forEach((member, peer) -> {
            if (peer.revision() > second.revision()) {
                suspect(member, "its revision " + peer.revision() + " is beyond the leader's " + second.revision());
            } else if (peer.compactRevision() > second.compactRevision()) {
                suspect(member, "its compact revision " + peer.compactRevision() + " is beyond the leader's " + second.compactRevision());
            } else if (peer.compactRevision() == first.compactRevision() && peer.hash() != first.hash()) {
                suspect(member, "its hash at revision " + first.revision() + " is " + peer.hash() + ", the leader's " + first.hash());
            }
        });
        LOG.info("members compared revision={} compact-revision={} members={}", first.revision(), first.compactRevision(), peers.size());
        over();
    }

    private void suspect(long member, String why) {
        alarms.raise(suspects.named(member), "member " + MemberIds.hex(member) + ": " + why);
    }

    private void giveUp(Refusal refusal) {
        LOG.warn("members not compared, the next round tries again reason=\"{}\"", refusal.text());
        over();
    }
}
