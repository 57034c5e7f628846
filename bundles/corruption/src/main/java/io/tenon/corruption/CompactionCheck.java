package io.tenon.corruption;

import io.tenon.api.cluster.MemberIds;
import io.tenon.api.kv.KeyValues.CompactionHash;
import io.tenon.api.proposal.Proposals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this member leads it asks the others from time to time for the hashes that compactions left, newest first, until all of them told
 * one. Every member computes them at the same entry, so this costs nothing and no follower is too slow for it.
 */
final class CompactionCheck extends LeaderRounds {
    private static final Logger LOG = LoggerFactory.getLogger(CompactionCheck.class);

    private final HashQuestions questions;
    private final Supplier<List<CompactionHash>> hashes;
    private final Suspects suspects;
    private final Duration limit;
    private final Alarms alarms;
    /** Everybody agreed on this compaction, so on those before it too. */
    private long agreedRevision;

    /**
     * Whose hashes are compared, and what becomes of a difference.
     *
     * @param limit of each question
     */
    record Manner(Supplier<List<CompactionHash>> hashes, Suspects suspects, Duration limit) {
    }

    CompactionCheck(Proposals proposals, HashQuestions questions, Duration period, Manner manner) {
        super(proposals, questions, period);
        this.questions = questions;
        hashes = manner.hashes();
        suspects = manner.suspects();
        limit = manner.limit();
        alarms = new Alarms(proposals);
    }

    @Override
    void begin() {
        compareFrom(0, hashes.get().stream().filter(hash -> hash.revision() > agreedRevision)
                .sorted(Comparator.comparingLong(CompactionHash::revision).reversed()).toList());
    }

    private void compareFrom(int index, List<CompactionHash> newestFirst) {
        if (index == newestFirst.size()) {
            over();
            return;
        }
        CompactionHash hash = newestFirst.get(index);
        questions.others(hash.revision(), limit, told -> {
            if (isSettled(hash, told)) {
                over();
            } else {
                compareFrom(index + 1, newestFirst);
            }
        });
    }

    /** Whether all members agree, or it is known that they do not. */
    private boolean isSettled(CompactionHash own, HashQuestions.Told told) {
        Map<Long, List<Long>> membersByHash = new TreeMap<>(Map.of(own.hash(), new ArrayList<>(List.of(questions.self().memberId()))));
        int compared = 0;
        for (Map.Entry<Long, HashAnswer> peer : told.hashes().entrySet()) {
            HashAnswer answer = peer.getValue();
            if (answer.compactRevision() == own.compactRevision()) {
                membersByHash.computeIfAbsent(answer.hash(), hash -> new ArrayList<>()).add(peer.getKey());
                compared++;
            } else {
                LOG.info("hash of another compaction is not compared member={} revision={} compact-revision={} its-compact-revision={}",
                        MemberIds.hex(peer.getKey()), own.revision(), own.compactRevision(), answer.compactRevision());
            }
        }
        if (membersByHash.size() > 1) {
            suspects.among(membersByHash, told.asked() + 1).forEach(member ->
                    alarms.raise(member, "hashes of compaction " + own.revision() + " differ: " + text(membersByHash)));
            return true;
        }
        if (compared < told.asked()) {
            return false;
        }
        agreedRevision = own.revision();
        LOG.info("members agree on a compaction revision={} compact-revision={} members={}", own.revision(), own.compactRevision(), compared + 1);
        return true;
    }

    private static String text(Map<Long, List<Long>> membersByHash) {
        return membersByHash.entrySet().stream()
                .map(entry -> entry.getKey() + " has " + String.join(" ", entry.getValue().stream().map(MemberIds::hex).toList()))
                .reduce((left, right) -> left + ", " + right).orElse("");
    }
}
