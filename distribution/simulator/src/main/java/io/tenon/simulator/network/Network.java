package io.tenon.simulator.network;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.simulator.world.Chance;
import io.tenon.simulator.world.Schedule;
import io.tenon.simulator.world.Trace;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerRequest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Takes messages from member to member, unless it loses them, late, twice, or after others that were sent later. */
public final class Network {
    private static final long SNAPSHOT_PATIENCE_NANOS = 5_000_000_000L;

    private final Schedule schedule;
    private final Chance chance;
    private final Trace trace;
    private final Map<Long, Receiver> receivers = new TreeMap<>();
    private final Set<Link> cut = new HashSet<>();
    private Weather weather;

    private record Link(long from, long to) {
    }

    /** A member that is up. */
    public interface Receiver {

        void receive(Message message);

        /** A snapshot arrives, perhaps not whole; the answer is told when it is saved or refused. */
        void receiveSnapshot(Message message, byte[] export, Consumer<SnapshotOutcome> answer);

        /** A question arrives at the peer port; what it is answered with is handed on when it is known. */
        void ask(PeerRequest request, Consumer<PeerAnswer> answer);

        /** A message of this member could not be delivered to a peer. */
        void unreachable(long peer);
    }

    public Network(Schedule schedule, Chance chance, Trace trace, Weather weather) {
        this.schedule = schedule;
        this.chance = chance;
        this.trace = trace;
        this.weather = weather;
    }

    public void weather(Weather now) {
        weather = now;
    }

    public void connect(long member, Receiver receiver) {
        receivers.put(member, receiver);
    }

    public void disconnect(long member) {
        receivers.remove(member);
    }

    /** From now on nothing passes in this direction. */
    public void cut(long from, long to) {
        cut.add(new Link(from, to));
    }

    /** Everything passes again. */
    public void mend() {
        cut.clear();
    }

    public void send(Message message) {
        if (chance.happens(weather.loss())) {
            note("lost", message);
            return;
        }
        deliver(message);
        if (chance.happens(weather.duplication())) {
            deliver(message);
        }
    }

    private void deliver(Message message) {
        schedule.after(weather.delayNanos(chance), () -> arrive(message));
    }

    private void arrive(Message message) {
        Receiver receiver = receivers.get(message.to());
        if (receiver == null || cut.contains(new Link(message.from(), message.to()))) {
            note("undeliverable", message);
            Receiver sender = receivers.get(message.from());
            if (sender != null && chance.happens(weather.reports())) {
                sender.unreachable(message.to());
            }
            return;
        }
        note("delivered", message);
        receiver.receive(message);
    }

    /** Takes a snapshot to its member. The sender is told of the outcome once, after a while at the latest. */
    public void sendSnapshot(Message message, byte[] export, Consumer<SnapshotOutcome> answer) {
        boolean[] answered = {false};
        Consumer<SnapshotOutcome> once = outcome -> {
            if (!answered[0]) {
                answered[0] = true;
                note("snapshot " + outcome, message);
                answer.accept(outcome);
            }
        };
        schedule.after(SNAPSHOT_PATIENCE_NANOS, () -> once.accept(SnapshotOutcome.FAILED));
        schedule.after(weather.delayNanos(chance) + export.length * weather.nanosPerByte(), () -> arrive(message, export, once));
    }

    private void arrive(Message message, byte[] export, Consumer<SnapshotOutcome> answer) {
        if (!passes(message.from(), message.to())) {
            answer.accept(SnapshotOutcome.FAILED);
            return;
        }
        note("delivered", message);
        byte[] arrived = chance.happens(weather.loss()) ? Arrays.copyOf(export, chance.below(export.length)) : export;
        receivers.get(message.to()).receiveSnapshot(message, arrived, outcome -> schedule.after(weather.delayNanos(chance), () -> answer.accept(outcome)));
    }

    /**
     * A question of one member to the peer port of another.
     *
     * @param to         0 for an address where nobody listens
     * @param limitNanos until whoever asks gives up
     */
    public record Question(long from, long to, PeerRequest request, long limitNanos) {
    }

    /** Takes a question to its member and the answer back. The answer is told once, after the limit at the latest; it is empty when none came. */
    public void ask(Question question, Consumer<Optional<PeerAnswer>> answer) {
        boolean[] answered = {false};
        Consumer<Optional<PeerAnswer>> once = told -> {
            if (!answered[0]) {
                answered[0] = true;
                answer.accept(told);
            }
        };
        schedule.after(question.limitNanos, () -> once.accept(Optional.empty()));
        if (chance.happens(weather.loss())) {
            return;
        }
        schedule.after(weather.delayNanos(chance), () -> {
            if (passes(question.from, question.to)) {
                receivers.get(question.to).ask(question.request, told -> comeBack(question, () -> once.accept(Optional.of(told))));
            } else {
                once.accept(Optional.empty());
            }
        });
    }

    private void comeBack(Question question, Runnable with) {
        schedule.after(weather.delayNanos(chance), () -> {
            if (passes(question.to, question.from)) {
                with.run();
            }
        });
    }

    /** Whether this direction is open and both ends are up. */
    private boolean passes(long from, long to) {
        return receivers.containsKey(from) && receivers.containsKey(to) && !cut.contains(new Link(from, to));
    }

    private void note(String what, Message message) {
        trace.note(fingerprint(message) ^ what.hashCode(), () -> what + " " + text(message));
    }

    private static long fingerprint(Message message) {
        long print = message.type().number();
        print = print * 31 + message.from();
        print = print * 31 + message.to();
        print = print * 31 + message.term();
        print = print * 31 + message.index();
        print = print * 31 + message.logTerm();
        print = print * 31 + message.commit();
        return print * 31 + message.entries().size();
    }

    /** A message as one reads it in a trace. */
    public static String text(Message message) {
        return "%x->%x %s term=%d log=%d/%d commit=%d entries=%d%s".formatted(message.from(), message.to(), message.type(), message.term(),
                message.logTerm(), message.index(), message.commit(), message.entries().size(), message.reject() ? " reject" : "");
    }
}
