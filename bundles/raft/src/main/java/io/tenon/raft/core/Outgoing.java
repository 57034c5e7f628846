package io.tenon.raft.core;

import com.google.protobuf.ByteString;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * What the next outbox collects besides the log: messages, answered reads, pages to load, events.
 *
 * <p>Answers to appends and votes tell what this member will never forget, so they wait until it is durable; the
 * rest may leave at once. A member's answers to itself wait as well, and come back as messages: its own vote and its own copy of
 * an entry count when they are durable, and not before.
 */
final class Outgoing {
    private final long id;
    private List<Message> now = List.of();
    private List<Message> whenDurable = List.of();
    private List<Outbox.ReadState> readStates = List.of();
    private List<Outbox.Load> loads = List.of();
    private List<TraceEvent> trace = List.of();

    Outgoing(long id) {
        this.id = id;
    }

    /** True when nothing waits but events, which are no reason for an outbox. */
    boolean isEmpty() {
        return now.isEmpty() && whenDurable.isEmpty() && readStates.isEmpty() && loads.isEmpty();
    }

    void readAnswered(long index, ByteString context) {
        if (readStates.isEmpty()) {
            readStates = new ArrayList<>();
        }
        readStates.add(new Outbox.ReadState(index, context));
    }

    void load(Outbox.Load load) {
        if (loads.isEmpty()) {
            loads = new ArrayList<>();
        }
        loads.add(load);
    }

    void trace(TraceEvent event) {
        if (trace.isEmpty()) {
            trace = new ArrayList<>();
        }
        trace.add(event);
    }

    List<Outbox.ReadState> takeReadStates() {
        List<Outbox.ReadState> taken = readStates;
        readStates = List.of();
        return taken;
    }

    List<Outbox.Load> takeLoads() {
        List<Outbox.Load> taken = loads;
        loads = List.of();
        return taken;
    }

    List<TraceEvent> takeTrace() {
        List<TraceEvent> taken = trace;
        trace = List.of();
        return taken;
    }

    List<Message> takeNow() {
        List<Message> messages = now;
        now = List.of();
        return messages;
    }

    List<Message> takeWhenDurable() {
        List<Message> messages = whenDurable;
        whenDurable = List.of();
        return messages;
    }

    private void send(Message message) {
        if (message.to() == id) {
            throw new IllegalStateException("message " + message.type() + " of " + id + " to itself");
        }
        if (now.isEmpty()) {
            now = new ArrayList<>();
        }
        now.add(message);
    }

    private void sendWhenDurable(Message message) {
        if (whenDurable.isEmpty()) {
            whenDurable = new ArrayList<>(2);
        }
        whenDurable.add(message);
    }

    void append(long to, long term, LogMark previous, List<Entry> entries, long commit) {
        send(new Message(MessageType.APPEND, to, id, term, previous.term(), previous.index(), entries, commit, Snapshot.EMPTY, false, 0,
                ByteString.EMPTY));
    }

    void appendAccepted(long to, long term, long index) {
        sendWhenDurable(new Message(MessageType.APPEND_RESPONSE, to, id, term, 0, index, List.of(), 0, Snapshot.EMPTY, false, 0,
                ByteString.EMPTY));
    }

    void appendRefused(long to, long term, long index, LogMark hint) {
        sendWhenDurable(new Message(MessageType.APPEND_RESPONSE, to, id, term, hint.term(), index, List.of(), 0, Snapshot.EMPTY, true,
                hint.index(), ByteString.EMPTY));
    }

    void heartbeat(long to, long term, long commit, ByteString context) {
        send(new Message(MessageType.HEARTBEAT, to, id, term, 0, 0, List.of(), commit, Snapshot.EMPTY, false, 0, context));
    }

    void heartbeatResponse(long to, long term, ByteString context) {
        send(new Message(MessageType.HEARTBEAT_RESPONSE, to, id, term, 0, 0, List.of(), 0, Snapshot.EMPTY, false, 0, context));
    }

    void snapshot(long to, long term, Snapshot snapshot) {
        send(new Message(MessageType.SNAPSHOT, to, id, term, 0, 0, List.of(), 0, snapshot, false, 0, ByteString.EMPTY));
    }

    /** Asks for a vote or, by its type, for a poll. */
    void voteRequest(MessageType type, long to, long term, LogMark last, ByteString context) {
        send(new Message(type, to, id, term, last.term(), last.index(), List.of(), 0, Snapshot.EMPTY, false, 0, context));
    }

    void voteGranted(MessageType type, long to, long term) {
        sendWhenDurable(Message.of(type, to, id, term));
    }

    void voteRefused(MessageType type, long to, long term) {
        sendWhenDurable(new Message(type, to, id, term, 0, 0, List.of(), 0, Snapshot.EMPTY, true, 0, ByteString.EMPTY));
    }

    void timeoutNow(long to, long term) {
        send(Message.of(MessageType.TIMEOUT_NOW, to, id, term));
    }

    void transferLeader(long to, long target, long term) {
        send(Message.of(MessageType.TRANSFER_LEADER, to, target, term));
    }

    /** Sends proposals to the leader; they carry no term, because they are not part of one. */
    void propose(long to, List<Entry> entries) {
        send(new Message(MessageType.PROPOSE, to, id, 0, 0, 0, entries, 0, Snapshot.EMPTY, false, 0, ByteString.EMPTY));
    }

    /** Passes a read request on to the leader, who answers to where it came from. */
    void readIndex(long to, long origin, ByteString context) {
        send(new Message(MessageType.READ_INDEX, to, origin, 0, 0, 0, List.of(payload(context)), 0, Snapshot.EMPTY, false, 0,
                ByteString.EMPTY));
    }

    void readIndexResponse(long to, long term, long index, ByteString context) {
        send(new Message(MessageType.READ_INDEX_RESPONSE, to, id, term, 0, index, List.of(payload(context)), 0, Snapshot.EMPTY, false, 0,
                ByteString.EMPTY));
    }

    private static Entry payload(ByteString data) {
        return new Entry(0, 0, EntryType.NORMAL, data);
    }
}
