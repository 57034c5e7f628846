package io.tenon.runtime.peer;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.spi.consensus.MessageSink;
import io.tenon.spi.transport.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Gives each message to the first transport that reaches its member; without one it is dropped and consensus is told. A message
 * with a snapshot goes its own way, because the state has to be added to it.
 */
public final class Peers implements MessageSink {
    private volatile List<PeerTransport> transports = List.of();
    private Consumer<Message> onSnapshot = message -> {
        throw new IllegalStateException("a snapshot is to be sent to " + message.to() + ", but nobody adds its state");
    };

    private LongConsumer onUnreachable = member -> { };

    /** Who adds the state to a message with a snapshot; called on the raft loop. Set before the first message is sent. */
    public void onSnapshot(Consumer<Message> sender) {
        onSnapshot = sender;
    }

    /** Who is told of a member that no transport reaches; called on the raft loop, returns at once. Set before the first message is sent. */
    public void onUnreachable(LongConsumer told) {
        onUnreachable = told;
    }

    /** The transports that are active now, preferred ones first. Any thread. */
    public void transports(List<PeerTransport> now) {
        transports = List.copyOf(now);
    }

    /** The transport that messages to this member go by now. Any thread. */
    public Optional<PeerTransport> reaching(long member) {
        return transports.stream().filter(transport -> transport.reaches(member)).findFirst();
    }

    @Override
    public void send(List<Message> all) {
        List<PeerTransport> now = transports;
        List<Message> messages = withoutSnapshots(all);
        for (int at = 0; at < now.size() && !messages.isEmpty(); at++) {
            messages = sendBy(now.get(at), messages);
        }
        messages.stream().mapToLong(Message::to).distinct().forEach(onUnreachable);
    }

    private List<Message> withoutSnapshots(List<Message> messages) {
        if (messages.stream().noneMatch(Peers::isSnapshot)) {
            return messages;
        }
        messages.stream().filter(Peers::isSnapshot).forEach(onSnapshot);
        return messages.stream().filter(message -> !isSnapshot(message)).toList();
    }

    private static boolean isSnapshot(Message message) {
        return message.type() == MessageType.SNAPSHOT;
    }

    /** Answers what this transport cannot carry. */
    private static List<Message> sendBy(PeerTransport transport, List<Message> messages) {
        List<Message> carried = new ArrayList<>(messages.size());
        List<Message> others = new ArrayList<>();
        for (Message message : messages) {
            (transport.reaches(message.to()) ? carried : others).add(message);
        }
        if (!carried.isEmpty()) {
            transport.send(carried);
        }
        return others;
    }
}
