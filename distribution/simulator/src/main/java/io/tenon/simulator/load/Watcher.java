package io.tenon.simulator.load;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import io.tenon.simulator.check.WatchStreamsComplete;
import io.tenon.simulator.member.Process;
import io.tenon.simulator.world.Chance;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.Locale;
import java.util.Optional;

/** One watcher, which goes to another member when its own is gone, and goes on where it was. */
public final class Watcher {
    private static final long LOOK_NANOS = 300_000_000;

    private final int number;
    private final Clients clients;
    private final Chance chance;
    private final ByteString from;
    private final ByteString to;
    private Optional<WatchStreamsComplete> seen = Optional.empty();
    private long nextRevision;
    private Optional<Process> process = Optional.empty();
    private int stream;

    Watcher(int number, Clients clients, Workload work, Chance chance) {
        this.number = number;
        this.clients = clients;
        this.chance = chance;
        boolean one = chance.happens(0.3);
        from = ByteString.copyFromUtf8(one ? "k" + chance.below(work.keys()) : "k");
        to = one ? ByteString.EMPTY : ByteString.copyFromUtf8("l");
    }

    void begin() {
        clients.schedule().after(chance.exponentialNanos(LOOK_NANOS), () -> {
            nextRevision = Math.max(2, clients.history().model().revision() + 1 - chance.below(20));
            nextRevision = Math.max(nextRevision, clients.history().model().compactRevision() + 1);
            seen = Optional.of(new WatchStreamsComplete(clients.history(), from, to, nextRevision));
            look();
        });
    }

    /** Looks again and again whether the stream is still there. */
    private void look() {
        if (process.filter(Process::isAlive).isEmpty()) {
            process = clients.someProcess(chance);
            process.ifPresent(this::open);
        }
        clients.schedule().after(LOOK_NANOS, this::look);
    }

    private void open(Process at) {
        int opened = ++stream;
        long id = (long) number << 32 | opened;
        at.call(() -> {
            at.watches().open(id, new Sink(opened));
            at.watches().create(id, WatchCreateRequest.newBuilder().setKey(from).setRangeEnd(to).setStartRevision(nextRevision).build());
        });
    }

    /** True when nothing that is committed is still to come. */
    public boolean hasSeenAll() {
        return seen.isEmpty() || seen.get().hasSeenAll();
    }

    @Override
    public String toString() {
        return "watcher " + number + ", which is at revision " + nextRevision;
    }

    private final class Sink implements WatchSink {
        private final int opened;

        Sink(int opened) {
            this.opened = opened;
        }

        @Override
        public boolean send(WatchReply reply) {
            if (opened == stream) {
                clients.trace().note(number * 31L + reply.events().size(), () -> "watcher " + number + " " + reply.kind() + " " + reply.events().size());
                clients.trace().count("watcher " + reply.kind().name().toLowerCase(Locale.ROOT));
                clients.verdict().check(() -> take(reply));
            }
            return true;
        }

        private void take(WatchReply reply) {
            switch (reply.kind()) {
                case EVENTS -> nextRevision = Math.max(nextRevision, seen.orElseThrow().seen(reply.events()) + 1);
                case CANCELED, REFUSED -> goOnAfterCompaction(reply);
                case CREATED, PROGRESS -> { }
            }
        }

        private void goOnAfterCompaction(WatchReply reply) {
            // A deletion at the compacted revision itself is gone as well.
            nextRevision = Math.max(nextRevision, reply.compactRevision() + 1);
            seen.orElseThrow().goTo(nextRevision);
            process = Optional.empty();
        }

        @Override
        public void end(Refusal refusal) {
            process = Optional.empty();
        }
    }
}
