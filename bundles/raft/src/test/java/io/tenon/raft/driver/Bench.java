package io.tenon.raft.driver;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Proposal;
import io.tenon.api.consensus.ReadIndexReply;
import io.tenon.api.consensus.Snapshot;
import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.spi.consensus.CommitSink;
import io.tenon.spi.consensus.ConsensusStart;
import io.tenon.spi.consensus.MessageSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A driver on a bench: its loop is stepped by hand, its disk, apply loop and peers are the test's. */
final class Bench implements LoopHost, CommitSink, MessageSink {
    static final long SELF = 1;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    final ManualLog log = new ManualLog();
    final List<Entry> committed = new ArrayList<>();
    final List<Snapshot> snapshots = new ArrayList<>();
    final List<ConsensusStatus> statuses = new ArrayList<>();
    final List<Message> sent = new ArrayList<>();
    /** Work that blocks; done at once unless the test wants to see what happens before. */
    final ArrayDeque<Runnable> blocking = new ArrayDeque<>();
    boolean blockingLater;
    boolean sinkFull;
    int offers;
    boolean loopClosed;
    int wakes;
    private Loop loop;
    private long nowNanos = 5;

    RaftDriver start(ConfState confState, LogMark applied) {
        HardState state = log.durableState;
        var recovered = new HardState(state.term(), state.vote(), Math.max(state.commit(), applied.index()));
        return RaftDriver.start(new ConsensusStart(SELF, recovered, confState, applied, log, this, this, this, 100, 10, Set.of(), new Random(7)));
    }

    RaftDriver startAlone() {
        return start(ConfState.ofVoters(List.of(SELF)), LogMark.ZERO);
    }

    /** A member that leads, with its first entry committed. */
    RaftDriver startLeading() {
        RaftDriver driver = startAlone();
        settle();
        return driver;
    }

    int step() {
        return loop.step(nowNanos);
    }

    void steps() {
        while (step() > 0) {
            // Goes on by itself.
        }
    }

    /** Steps until nothing moves, with a disk that works. */
    void settle() {
        do {
            log.syncAll();
            steps();
        } while (!log.waiting.isEmpty());
    }

    void tick() {
        nowNanos += TICK_NANOS;
        steps();
    }

    long wakeAtNanos() {
        return loop.wakeAtNanos() - nowNanos;
    }

    List<String> committedText() {
        return committed.stream().filter(entry -> !entry.data().isEmpty()).map(entry -> entry.data().toStringUtf8()).toList();
    }

    @Override
    public LoopHandle attach(LoopRole role, String name, Loop attached) {
        loop = attached;
        return new LoopHandle() {
            @Override
            public void wake() {
                wakes++;
            }

            @Override
            public void close() {
                loopClosed = true;
            }
        };
    }

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    @Override
    public void runBlocking(String name, Runnable work) {
        if (blockingLater) {
            blocking.add(work);
        } else {
            work.run();
        }
    }

    @Override
    public boolean committed(List<Entry> entries) {
        offers++;
        if (sinkFull) {
            return false;
        }
        committed.addAll(entries);
        return true;
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        snapshots.add(snapshot);
    }

    @Override
    public void statusChanged(ConsensusStatus status) {
        statuses.add(status);
    }

    @Override
    public void send(List<Message> messages) {
        sent.addAll(messages);
    }

    /** A proposal that remembers what became of it. */
    static final class Recorded implements Proposal {
        final List<LogMark> accepted = new ArrayList<>();
        final List<DropReason> dropped = new ArrayList<>();
        private final EntryType type;
        private final ByteString data;
        OptionalLong onlyInTerm = OptionalLong.empty();

        Recorded(String text) {
            this(EntryType.NORMAL, ByteString.copyFromUtf8(text));
        }

        Recorded(EntryType type, ByteString data) {
            this.type = type;
            this.data = data;
        }

        @Override
        public EntryType type() {
            return type;
        }

        @Override
        public ByteString data() {
            return data;
        }

        @Override
        public OptionalLong onlyInTerm() {
            return onlyInTerm;
        }

        @Override
        public void accepted(LogMark mark) {
            accepted.add(mark);
        }

        @Override
        public void dropped(DropReason reason) {
            dropped.add(reason);
        }
    }

    /** A read request that remembers its answer. */
    static final class Asked implements ReadIndexReply {
        final List<Long> confirmed = new ArrayList<>();
        int failures;

        @Override
        public void confirmed(long index) {
            confirmed.add(index);
        }

        @Override
        public void failed() {
            failures++;
        }
    }
}
