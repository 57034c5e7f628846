package io.tenon.runtime.peer;

import io.tenon.api.consensus.Message;
import io.tenon.spi.consensus.MessageSink;
import io.tenon.spi.transport.PeerTransport;
import java.util.ArrayList;
import java.util.List;

/** Gives each message to the first transport that reaches its member; without one it is dropped, which consensus must bear anyway. */
public final class Peers implements MessageSink {
    private volatile List<PeerTransport> transports = List.of();

    /** The transports that are active now, preferred ones first. Any thread. */
    public void transports(List<PeerTransport> now) {
        transports = List.copyOf(now);
    }

    @Override
    public void send(List<Message> messages) {
        List<PeerTransport> now = transports;
        for (int at = 0; at < now.size() && !messages.isEmpty(); at++) {
            messages = sendBy(now.get(at), messages);
        }
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
