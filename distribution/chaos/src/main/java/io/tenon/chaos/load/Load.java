package io.tenon.chaos.load;

import io.tenon.chaos.history.Evidence;
import io.tenon.chaos.history.LeaseLife;
import io.tenon.chaos.history.Operation;
import io.tenon.chaos.history.Row;
import io.tenon.chaos.history.Watched;
import io.tenon.chaos.member.Cluster;
import io.tenon.chaos.member.Member;
import io.tenon.chaos.client.Rpc;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.RangeResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** All clients of a cluster, round by round. Its owner starts and ends rounds; between them no client writes. */
public final class Load implements AutoCloseable {
    private static final long CALL_MILLIS = 10_000;

    private final Cluster cluster;
    private final Settings settings;
    private final Members members;
    private final Journal journal = new Journal();
    private final List<Watcher> recorders = new ArrayList<>();
    private final List<Watcher> lateWatchers = new ArrayList<>();
    private final List<LeaseLife> lives = new ArrayList<>();
    private final List<Thread> watching = new ArrayList<>();
    private final List<Thread> clients = new ArrayList<>();
    private final SplittableRandom random;
    private volatile boolean running;
    private int round;
    private int late;
    private State start;

    /** What is there when nobody writes. */
    private record State(long revision, Map<String, Row> rows) {
    }

    /** Begins to watch; nothing is written before the first round. */
    public Load(Cluster cluster, Settings settings) {
        this.cluster = cluster;
        this.settings = settings;
        members = new Members(cluster);
        random = new SplittableRandom(settings.seed());
        start = read();
        for (int number = 0; number < settings.recorders(); number++) {
            recorders.add(watch("recorder-" + number, Optional.empty(), start.revision + 1));
        }
        for (int number = 0; number < settings.keyWatchers(); number++) {
            recorders.add(watch("key-watcher-" + number, Optional.of(settings.key(number % settings.keys())), start.revision + 1));
        }
    }

    private Watcher watch(String name, Optional<String> key, long first) {
        Watcher watcher = new Watcher(name, key, first, members);
        watching.add(Thread.ofVirtual().name(name).start(watcher));
        return watcher;
    }

    private State read() {
        State[] found = new State[1];
        Cluster.await("a read of everything", () -> {
            Member member = cluster.running().getFirst();
            RangeResponse answer = member.client().call(Rpc.RANGE, RangeRequest.newBuilder().setKey(Store.FIRST).setRangeEnd(Store.LAST).build(),
                    CALL_MILLIS);
            found[0] = new State(answer.getHeader().getRevision(), answer.getKvsList().stream()
                    .collect(Collectors.toMap(kv -> kv.getKey().toStringUtf8(), Row::of, (one, other) -> other, TreeMap::new)));
            return true;
        });
        return found[0];
    }

    /** Lets all clients go. */
    public void begin() {
        running = true;
        round++;
        for (int number = 0; number < settings.clients(); number++) {
            clients.add(Thread.ofVirtual().start(new KvClient("r" + round + "c" + number, settings, members, journal, this::goesOn)));
        }
        for (int number = 0; number < settings.leases(); number++) {
            clients.add(Thread.ofVirtual().start(new LeaseClient("r" + round + "l" + number, members, journal, this::lived, this::goesOn)));
        }
    }

    private boolean goesOn() {
        return running && !journal.isFull();
    }

    private void lived(LeaseLife life) {
        synchronized (lives) {
            lives.add(life);
        }
    }

    /** One more watcher of everything, from some revision of this round on. */
    public void watchFromThePast() {
        long first = start.revision + 1 + random.nextLong(Math.max(1, everybodyHas() - start.revision));
        lateWatchers.add(watch("late-watcher-" + ++late, Optional.empty(), first));
    }

    /** A revision that all recorders have got; what is before may be forgotten. */
    public long everybodyHas() {
        return recorders.stream().limit(settings.recorders()).mapToLong(Watcher::next).min().orElse(1) - 1;
    }

    /** Makes all clients stop, and waits until they have. */
    public void end() throws InterruptedException {
        running = false;
        for (Thread client : clients) {
            client.join();
        }
        clients.clear();
    }

    /**
     * After {@link #end}, with all members well: waits until leases have ended and watchers have everything, and answers what was found.
     *
     * @param undecided of the round before
     * @throws io.tenon.chaos.member.StuckCluster a watcher does not get on
     */
    public Evidence evidence(List<Operation> undecided) {
        awaitLeases();
        State finish = read();
        List<Watcher> all = new ArrayList<>(recorders);
        all.addAll(lateWatchers);
        for (Watcher watcher : all) {
            Cluster.await("a watcher to reach revision " + finish.revision, () -> watcher.next() > finish.revision);
        }
        List<Watched> watched = all.stream().map(Watcher::take).toList();
        lateWatchers.forEach(Watcher::close);
        lateWatchers.clear();
        List<LeaseLife> leases;
        synchronized (lives) {
            leases = List.copyOf(lives);
            lives.clear();
        }
        Evidence evidence = new Evidence(start.revision, start.rows, finish.revision, finish.rows, journal.take(), undecided, watched, leases);
        start = finish;
        return evidence;
    }

    /** What does not end in time is a complaint of the judge, not an error here. */
    private void awaitLeases() {
        long until = System.nanoTime() + 4 * TimeUnit.SECONDS.toNanos(LeaseClient.TTL_SECONDS);
        while (System.nanoTime() - until < 0 && read().rows.keySet().stream().anyMatch(key -> key.startsWith("chaos/lease/"))) {
            try {
                TimeUnit.MILLISECONDS.sleep(200);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Operations that have ended, over all rounds. */
    public long operations() {
        return journal.size();
    }

    /** How often what ended how, over all rounds. */
    public Map<String, Long> counts() {
        return journal.counts();
    }

    /** Ends all clients and watchers without waiting for those that wait for an answer. */
    @Override
    public void close() {
        running = false;
        recorders.forEach(Watcher::close);
        lateWatchers.forEach(Watcher::close);
        watching.forEach(Thread::interrupt);
        clients.forEach(Thread::interrupt);
    }
}
