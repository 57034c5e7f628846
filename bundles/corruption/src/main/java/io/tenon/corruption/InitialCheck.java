package io.tenon.corruption;

import io.tenon.api.Refusal;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.loop.Loop;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this member with all others once, before it serves: the hash at its newest revision, which by then holds all that was committed when it
 * started. Who does not answer, has not come so far, or was compacted elsewhere says nothing about this member and is passed over;
 * one other hash of the same revision and compaction stops the node.
 *
 * <p>A loop of its own; {@link #begin} and {@link #passed} are for any thread.
 */
final class InitialCheck implements Loop {
    private static final Logger LOG = LoggerFactory.getLogger(InitialCheck.class);

    private final HashQuestions questions;
    private final Duration limit;
    private final Consumer<String> fail;
    // The loop's.
    private boolean asked;
    private volatile boolean begun;
    private volatile boolean passed;

    /**
     * @param limit of the question to each address of the others
     * @param fail  stops the node
     */
    InitialCheck(HashQuestions questions, Duration limit, Consumer<String> fail) {
        this.questions = questions;
        this.limit = limit;
        this.fail = fail;
    }

    /** Begins with the loop's next step, once. */
    void begin() {
        begun = true;
    }

    boolean passed() {
        return passed;
    }

    @Override
    public int step(long nowNanos) {
        int done = questions.work();
        if (begun && !asked) {
            asked = true;
            LOG.info("comparing this member with the others before it serves member={}", name());
            questions.own(own -> questions.others(own.revision(), limit, told -> compare(own, told)), this::cannotHash);
            done++;
        }
        return done;
    }

    private void compare(HashAnswer own, HashQuestions.Told told) {
        long[] different = {0};
        told.hashes().forEach((member, peer) -> {
            if (peer.hash() == own.hash()) {
                return;
            }
            if (peer.compactRevision() == own.compactRevision()) {
                different[0]++;
                LOG.error("member has another hash of the same revision member={} revision={} compact-revision={} hash={} own-hash={}",
                        MemberIds.hex(member), own.revision(), own.compactRevision(), peer.hash(), own.hash());
            } else {
                LOG.warn("hash of another compaction is not compared member={} revision={} compact-revision={} own-compact-revision={}",
                        MemberIds.hex(member), own.revision(), peer.compactRevision(), own.compactRevision());
            }
        });
        if (different[0] > 0) {
            fail.accept(name() + " found data inconsistency with peers");
            return;
        }
        LOG.info("no member differs revision={} compact-revision={} compared={} others={}", own.revision(), own.compactRevision(),
                told.hashes().size(), told.asked());
        passed = true;
    }

    private void cannotHash(Refusal refusal) {
        fail.accept(name() + " failed to fetch hash (" + refusal.text() + ")");
    }

    private String name() {
        return MemberIds.hex(questions.self().memberId());
    }
}
