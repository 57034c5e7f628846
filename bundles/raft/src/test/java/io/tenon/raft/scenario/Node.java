package io.tenon.raft.scenario;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import io.tenon.raft.confchange.ConfChangeCodec;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.Outbox;
import io.tenon.raft.core.RaftCore;
import io.tenon.raft.core.StepResult;
import io.tenon.raft.core.TraceEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A member of the world: a core, what it has stored, and a state machine that puts all payloads together. */
final class Node {
    private final long id;
    private final RaftCore core;
    private final Reached reached;
    private final Storage storage;
    private final List<Entry> stored = new ArrayList<>();
    /** The state after each applied entry, newest last. */
    private final List<Snapshot> history = new ArrayList<>();
    private final ArrayDeque<Mail.Work> appendWork = new ArrayDeque<>();
    private final ArrayDeque<Mail.Work> applyWork = new ArrayDeque<>();
    private long storedFirst;
    /** The snapshot that was taken from the core last. */
    private Optional<Snapshot> arrived = Optional.empty();
    private ConsensusStatus.Role role = ConsensusStatus.Role.FOLLOWER;

    /** When the outbox's work is done. */
    enum Storage {
        /** At once, before its messages leave. */
        AT_ONCE,
        /** By local threads, one piece of work each time they are told to. */
        BY_THREADS
    }

    Node(RaftCore core, Storage storage, Snapshot start, Reached reached) {
        id = core.status().id();
        this.reached = reached;
        this.core = core;
        this.storage = storage;
        history.add(start);
        storedFirst = start.index() + 1;
    }

    long id() {
        return id;
    }

    RaftCore core() {
        return core;
    }

    Snapshot newestSnapshot() {
        return history.getLast();
    }

    ArrayDeque<Mail.Work> appendWork() {
        return appendWork;
    }

    ArrayDeque<Mail.Work> applyWork() {
        return applyWork;
    }

    StepResult step(Input input) {
        StepResult result = core.step(input);
        reached.stepped(input, result);
        return result;
    }

    private Outbox take() {
        Outbox outbox = core.take();
        reached.taken(outbox);
        for (TraceEvent event : outbox.trace()) {
            if (event instanceof TraceEvent.RoleChanged changed) {
                reached.changed(role, changed.role());
                role = changed.role();
            }
        }
        arrived = outbox.snapshot().or(() -> arrived);
        return outbox;
    }

    /** Takes one outbox, does or queues its work, adds its messages to what is in flight, and returns how it prints. */
    String handleReady(List<Mail> inFlight) {
        Outbox outbox = take();
        String text = switch (storage) {
            case AT_ONCE -> handleAtOnce(outbox, inFlight);
            case BY_THREADS -> handleByThreads(outbox, inFlight);
        };
        outbox.loads().forEach(load -> step(new Input.Loaded(load, load(load))));
        return text;
    }

    private String handleAtOnce(Outbox outbox, List<Mail> inFlight) {
        var messages = new ArrayList<Message>(outbox.messages());
        outbox.whenDurable().stream().filter(message -> message.to() != id).forEach(messages::add);
        String text = Ready.text(outbox, messages.stream().map(Notation::message).toList());
        store(outbox.entries(), outbox.snapshot());
        apply(outbox.committed());
        messages.forEach(message -> inFlight.add(new Mail.Letter(message)));
        outbox.whenDurable().stream().filter(message -> message.to() == id).forEach(message -> step(new Input.Receive(message)));
        outbox.durable().ifPresent(this::step);
        if (!outbox.committed().isEmpty()) {
            step(new Input.Applied(outbox.committed().getLast().index()));
        }
        return text;
    }

    private String handleByThreads(Outbox outbox, List<Mail> inFlight) {
        var texts = new ArrayList<String>();
        for (Message message : outbox.messages()) {
            texts.add(Notation.message(message));
            inFlight.add(new Mail.Letter(message));
        }
        if (outbox.hasStore() || !outbox.whenDurable().isEmpty()) {
            var responses = new ArrayList<Mail>();
            outbox.whenDurable().forEach(message -> responses.add(new Mail.Letter(message)));
            outbox.durable().ifPresent(durable -> responses.add(new Mail.Appended(id, durable, arrived.filter(snapshot -> snapshot.index() == durable.snapshotIndex()))));
            appendWork.add(new Mail.Append(id, outbox.hardState(), outbox.entries(), outbox.snapshot(), responses));
            texts.add(appendWork.getLast().textWithResponses());
        }
        if (!outbox.committed().isEmpty()) {
            applyWork.add(new Mail.Apply(id, outbox.committed(), List.of(new Mail.Applied(id, outbox.committed()))));
            texts.add(applyWork.getLast().textWithResponses());
        }
        return Ready.text(outbox, texts);
    }

    /** Does the oldest work of a thread; empty when there is none. */
    Optional<String> work(ArrayDeque<Mail.Work> queue, List<Mail> inFlight) {
        if (queue.isEmpty()) {
            return Optional.empty();
        }
        Mail.Work work = queue.remove();
        switch (work) {
            case Mail.Append append -> store(append.entries(), append.snapshot());
            case Mail.Apply apply -> apply(apply.entries());
        }
        var text = new StringBuilder("Processing:\n" + work.text() + "\nResponses:\n");
        for (Mail response : work.responses()) {
            text.append(response.text()).append('\n');
            inFlight.add(response);
        }
        return Optional.of(text.toString());
    }

    private void store(List<Entry> entries, Optional<Snapshot> snapshot) {
        snapshot.ifPresent(taken -> {
            stored.clear();
            storedFirst = taken.index() + 1;
            history.add(taken);
            step(new Input.SnapshotTaken(taken));
        });
        for (Entry entry : entries) {
            while (!stored.isEmpty() && stored.getLast().index() >= entry.index()) {
                stored.removeLast();
            }
            stored.add(entry);
        }
    }

    private void apply(List<Entry> entries) {
        for (Entry entry : entries) {
            ByteString update = entry.data();
            if (entry.type() != EntryType.NORMAL) {
                ConfChange change = ConfChangeCodec.decode(entry.type(), entry.data());
                update = change.context();
                step(new Input.ApplyConfChange(entry.index(), change));
            }
            history.add(new Snapshot(entry.index(), entry.term(), core.configuration().toConfState(),
                    history.getLast().data().concat(update)));
            step(new Input.SnapshotTaken(history.getLast()));
        }
    }

    /** Forgets stored entries up to an index; false when they are forgotten already. */
    boolean compact(long index) {
        if (index < storedFirst) {
            return false;
        }
        step(new Input.Compacted(index));
        stored.removeIf(entry -> entry.index() <= index);
        storedFirst = index + 1;
        return true;
    }

    private List<Entry> load(Outbox.Load load) {
        var page = new ArrayList<Entry>();
        long bytes = 0;
        for (Entry entry : stored) {
            bytes += entry.index() < load.fromIndex() ? 0 : entry.data().size();
            boolean wanted = entry.index() >= load.fromIndex() && entry.index() < load.toIndex();
            if (wanted && (page.isEmpty() || bytes <= load.mostBytes())) {
                page.add(entry);
            }
        }
        return !page.isEmpty() && page.getFirst().index() == load.fromIndex() ? page : List.of();
    }

    String logText() {
        if (stored.isEmpty()) {
            return "log is empty: first index=" + storedFirst + ", last index=" + (storedFirst - 1) + "\n";
        }
        return Notation.entries(stored);
    }
}
