package io.tenon.watch;

import io.tenon.api.Refusal;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps what it is sent; reads as slowly as the test says. */
final class RecordedSink implements WatchSink {
    private final List<WatchReply> replies = new ArrayList<>();
    private Optional<Refusal> ended = Optional.empty();
    private boolean slow;
    private boolean full;

    /** From now on the client takes one reply and says that it can take no more. */
    void slow(boolean reads) {
        slow = reads;
        full = false;
    }

    @Override
    public boolean send(WatchReply reply) {
        if (ended.isPresent()) {
            throw new AssertionError("sent after the end: " + reply);
        }
        if (full) {
            throw new AssertionError("sent though not writable: " + reply);
        }
        replies.add(reply);
        full = slow;
        return !slow;
    }

    @Override
    public void end(Refusal refusal) {
        ended = Optional.of(refusal);
    }

    Optional<Refusal> ended() {
        return ended;
    }

    /** What came since this was asked last. */
    List<WatchReply> take() {
        List<WatchReply> taken = List.copyOf(replies);
        replies.clear();
        return taken;
    }
}
