package io.tenon.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Times the core alone: three members in memory, messages passed by hand, everything durable and applied at once. It is no part of the build: run
 * it by name, {@code mvn -B -q -pl bundles/raft -am test -Dtest=CoreBench -Dsurefire.failIfNoSpecifiedTests=false}. The first rounds warm up; the
 * last of each row is printed. Times are CPU of the thread, for all three members together.
 */
class CoreBench {
    private static final int ROUNDS = 8;
    private static final int PROPOSALS = 300_000;
    private static final ByteString PAYLOAD = ByteString.copyFrom(new byte[256]);
    private static final long CACHE_BYTES = 4 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final RaftCore[] members = new RaftCore[3];
    private final ArrayDeque<Message> mail = new ArrayDeque<>();
    private long applied;

    @Test
    void proposalsOfOneMemberOfThree() {
        System.out.println("| proposals in a batch | proposals a second | ns a proposal | bytes a proposal |");
        System.out.println("|---:|---:|---:|---:|");
        for (int batch : new int[] {1, 64, 1024}) {
            start();
            String row = "";
            for (int round = 0; round < ROUNDS; round++) {
                row = round(batch);
            }
            System.out.println(row);
        }
    }

    private void start() {
        var limits = new CoreOptions.Limits(1 << 20, 512, 0, 1 << 20, Long.MAX_VALUE, CACHE_BYTES, CACHE_BYTES);
        for (int i = 0; i < members.length; i++) {
            members[i] = new RaftCore(new CoreOptions(i + 1, 10, 1, i, limits, Set.of(Behaviour.HAND_OUT_DURABLE_ONLY)),
                    new CoreStart(HardState.EMPTY, ConfState.ofVoters(List.of(1L, 2L, 3L)), 0, 1, LogMark.ZERO, List.of(), Snapshot.EMPTY,
                            Set.of()));
        }
        members[0].step(new Input.Campaign());
        settle();
    }

    private String round(int batch) {
        List<ByteString> payloads = Collections.nCopies(batch, PAYLOAD);
        int batches = PROPOSALS / batch;
        long appliedBefore = applied;
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < batches; i++) {
            members[0].step(new Input.Propose(payloads));
            settle();
        }
        nanos = THREADS.getCurrentThreadCpuTime() - nanos;
        bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        long proposals = (long) batches * batch;
        assertEquals(proposals, applied - appliedBefore);
        return "| %,d | %,d | %,d | %,d |".formatted(batch, proposals * 1_000_000_000L / nanos, nanos / proposals, bytes / proposals);
    }

    /** Until nothing is left to do. */
    private void settle() {
        do {
            for (RaftCore member : members) {
                while (member.hasOutput()) {
                    handle(member, member.take());
                }
            }
            while (!mail.isEmpty()) {
                Message message = mail.remove();
                members[(int) message.to() - 1].step(new Input.Receive(message));
            }
        } while (members[0].hasOutput() || members[1].hasOutput() || members[2].hasOutput());
    }

    private void handle(RaftCore member, Outbox outbox) {
        mail.addAll(outbox.messages());
        mail.addAll(outbox.whenDurable());
        outbox.durable().ifPresent(member::step);
        if (!outbox.committed().isEmpty()) {
            long index = outbox.committed().getLast().index();
            member.step(new Input.Applied(index));
            applied = member == members[0] ? index : applied;
        }
    }
}
