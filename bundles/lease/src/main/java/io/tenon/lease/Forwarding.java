package io.tenon.lease;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Refusals;
import io.tenon.api.Reply;
import io.tenon.api.loop.Loop;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Asks the leader what only a leader knows of leases: one URL of its own after the other, and all of them again after a pause, until the
 * request's time is over. While no leader is known it waits for one.
 *
 * <p>Few calls are on their way to one leader at once, more of them wait, and beyond that they are refused. A loop of its own keeps the time; it sleeps while
 * nothing waits. Where an answer comes in, on a thread of the transport, it goes out.
 */
final class Forwarding implements Loop {
    /** Calls that may be held; a stream of keep-alives has one. */
    static final int MOST_HELD = 65_536;
    /** Calls that are on their way to the leader at once. */
    static final int MOST_IN_FLIGHT = 256;
    static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** About an election timeout: who does not answer for so long may not lead any more, and whatever is asked here may be asked twice. */
    static final long MOST_ATTEMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    private final Services services;
    private final AtomicInteger held = new AtomicInteger();
    /** From any thread, on the way to {@link #ready} or {@link #paused}; {@link #held} bounds it. */
    private final Queue<Call> arrived = new ConcurrentLinkedQueue<>();
    /** The loop's own, oldest first. */
    private final ArrayDeque<Call> ready = new ArrayDeque<>();
    /** The loop's own: each waits equally long, so the first to come is the first to go. */
    private final ArrayDeque<Call> paused = new ArrayDeque<>();
    /** The loop's own: what it sends belongs to this one. */
    private Flight flight = new Flight(0, new AtomicInteger());
    /** The loop's own: when what waits for a place looks whether somebody else leads; {@link #NEVER} while nothing does. */
    private long lookAgainNanos = NEVER;
    private volatile Runnable wake = () -> { };
    private volatile boolean closed;

    /**
     * What the forwarding needs of the kernel.
     *
     * @param proposals know who leads
     * @param nanoClock the clock that the loop is stepped by
     */
    record Services(PeerCalls calls, PeerBook book, Proposals proposals, LongSupplier nanoClock) {
    }

    Forwarding(Services services) {
        this.services = services;
    }

    /**
     * A question to the leader.
     *
     * @param path          where its peer port answers it
     * @param deadlineNanos until when it is asked
     */
    record Question(String path, ByteString body, long deadlineNanos) {
    }

    /** Where the leader's answer goes. Exactly one of the methods is called, once, on any thread. */
    interface Asker {

        /** What an answer with status 200 says. False when it is none: the leader is asked again. */
        boolean answered(ByteString body);

        void leaseNotFound();

        void refused(Refusal refusal);

        /** This member leads by now, or forwards no more: whoever asked is to ask it again. */
        void askHere();
    }

    /** What is on its way to one leader. The next begins with none: who stopped answering holds nobody up who asks another. */
    private record Flight(long leader, AtomicInteger calls) {

        boolean isFull() {
            return calls.get() >= MOST_IN_FLIGHT;
        }
    }

    /** One question and how far it got. */
    private final class Call implements Reply<PeerAnswer> {
        final Question question;
        final Asker asker;
        /** 0 for a call that waits for its turn alone. */
        long pausedUntilNanos;
        /** URLs of the leader that are still to be tried before a pause. */
        private List<URI> urls = List.of();
        /** What it is, or was last, a part of. */
        private Flight sent = flight;

        Call(Question question, Asker asker) {
            this.question = question;
            this.asker = asker;
        }

        void send(long nowNanos) {
            if (urls.isEmpty() || sent != flight) {
                urls = services.book().page().member(flight.leader()).map(PeerAddress::urls).orElse(List.of());
            }
            if (urls.isEmpty()) {
                pause(nowNanos);
                return;
            }
            URI url = urls.getFirst();
            urls = urls.subList(1, urls.size());
            sent = flight;
            sent.calls().incrementAndGet();
            services.calls().call(url, PeerRequest.post(question.path(), LeaseEndpoint.PROTOBUF, question.body()),
                    Duration.ofNanos(Math.min(question.deadlineNanos() - nowNanos, MOST_ATTEMPT_NANOS)), this);
        }

        void pause(long nowNanos) {
            pausedUntilNanos = nowNanos + RETRY_NANOS;
            paused.add(this);
        }

        @Override
        public void accept(PeerAnswer answer) {
            sent.calls().decrementAndGet();
            if (answer.status() == LeaseEndpoint.OK && asker.answered(answer.body())) {
                over();
            } else if (LeaseEndpoint.isLeaseNotFound(answer)) {
                over();
                asker.leaseNotFound();
            } else {
                failed();
            }
        }

        @Override
        public void refuse(Refusal refusal) {
            sent.calls().decrementAndGet();
            failed();
        }

        private void over() {
            held.decrementAndGet();
            wake.run();
        }

        /** The next URL is tried at once, the first again after a pause. */
        private void failed() {
            pausedUntilNanos = urls.isEmpty() ? services.nanoClock().getAsLong() + RETRY_NANOS : 0;
            arrive(this);
        }
    }

    /** Called when this has work for {@link #step}. Set before anything is asked. */
    void onWork(Runnable wakeLoop) {
        wake = wakeLoop;
    }

    /** Any thread. */
    void ask(Question question, Asker asker) {
        if (held.incrementAndGet() > MOST_HELD) {
            held.decrementAndGet();
            asker.refused(Refusals.TOO_MANY_REQUESTS);
            return;
        }
        arrive(new Call(question, asker));
    }

    private void arrive(Call call) {
        arrived.add(call);
        if (closed) {
            sendAway();
        } else {
            wake.run();
        }
    }

    @Override
    public long wakeAtNanos() {
        return paused.isEmpty() ? lookAgainNanos : Math.min(paused.peek().pausedUntilNanos, lookAgainNanos);
    }

    @Override
    public int step(long nowNanos) {
        int done = 0;
        for (Call call = arrived.poll(); call != null; call = arrived.poll()) {
            (call.pausedUntilNanos == 0 ? ready : paused).add(call);
            done++;
        }
        while (!paused.isEmpty() && nowNanos - paused.peek().pausedUntilNanos >= 0) {
            ready.add(paused.poll());
        }
        long leader = services.proposals().leader();
        while (!ready.isEmpty() && hasPlace(leader)) {
            begin(ready.poll(), leader, nowNanos);
            done++;
        }
        lookAgainNanos = ready.isEmpty() ? NEVER : nowNanos + RETRY_NANOS;
        return done;
    }

    private boolean hasPlace(long leader) {
        if (leader != 0 && leader != flight.leader()) {
            flight = new Flight(leader, new AtomicInteger());
        }
        return leader == 0 || !flight.isFull();
    }

    private void begin(Call call, long leader, long nowNanos) {
        if (nowNanos - call.question.deadlineNanos() >= 0) {
            held.decrementAndGet();
            call.asker.refused(leader == 0 ? Refusals.NO_LEADER : Refusals.REQUEST_TIMED_OUT);
        } else if (leader == 0) {
            call.pause(nowNanos);
        } else if (leader == services.proposals().header(0).getMemberId()) {
            askHere(call, nowNanos);
        } else {
            call.send(nowNanos);
        }
    }

    /** The apply loop may be told a little later than others that this member leads. */
    private void askHere(Call call, long nowNanos) {
        if (call.pausedUntilNanos == 0) {
            call.pause(nowNanos);
        } else {
            held.decrementAndGet();
            call.asker.askHere();
        }
    }

    /** The loop is stepped no more: what waits, and what still fails, is asked elsewhere. */
    void close() {
        closed = true;
        arrived.addAll(ready);
        arrived.addAll(paused);
        ready.clear();
        paused.clear();
        sendAway();
    }

    private void sendAway() {
        for (Call call = arrived.poll(); call != null; call = arrived.poll()) {
            held.decrementAndGet();
            call.asker.askHere();
        }
    }
}
