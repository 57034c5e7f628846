package io.tenon.runtime.proposal;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Proposal;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * A request on its way through the log. It keeps the decoded request, so that this member does not parse it again when it is applied. It
 * is proposed again only after consensus said that it was not taken.
 */
public final class Pending implements Proposal {
    private final Content content;
    private final Reply<Object> reply;
    private final long deadlineNanos;
    private final BiConsumer<Pending, DropReason> onDropped;

    /** What is proposed. */
    record Content(long id, RequestKind kind, InternalRaftRequest request, ByteString data, OptionalLong onlyInTerm) {
    }

    Pending(Content content, Reply<Object> reply, long deadlineNanos, BiConsumer<Pending, DropReason> onDropped) {
        this.content = content;
        this.reply = reply;
        this.deadlineNanos = deadlineNanos;
        this.onDropped = onDropped;
    }

    public long id() {
        return content.id;
    }

    public RequestKind kind() {
        return content.kind;
    }

    public InternalRaftRequest request() {
        return content.request;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public OptionalLong onlyInTerm() {
        return content.onlyInTerm;
    }

    @Override
    public EntryType type() {
        return EntryType.NORMAL;
    }

    @Override
    public ByteString data() {
        return content.data;
    }

    @Override
    public void accepted(LogMark mark) {
        // Found again by its id when it is applied, wherever the log has put it.
    }

    @Override
    public void dropped(DropReason reason) {
        onDropped.accept(this, reason);
    }

    /** Where the answer goes. */
    public Reply<Object> reply() {
        return reply;
    }

    public void refuse(Refusal refusal) {
        reply.refuse(refusal);
    }
}
