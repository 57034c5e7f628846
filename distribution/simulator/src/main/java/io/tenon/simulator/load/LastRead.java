package io.tenon.simulator.load;

import com.google.protobuf.ByteString;
import io.tenon.api.CallContext;
import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.api.kv.RangeResult;
import io.tenon.simulator.member.Member;
import io.tenon.simulator.member.Process;
import io.tenon.wire.etcdserverpb.RangeRequest;

/** Reads all keys at one member when nothing is wrong any more: what it has itself, or what holds for all. Asks again until it is answered. */
public final class LastRead {
    private static final long AGAIN_NANOS = 500_000_000;

    private final Clients clients;
    private final Member member;
    private final RangeRequest request;
    private boolean answered;

    /** Whose answer is asked for. */
    public enum Scope { THIS_MEMBER, ALL_MEMBERS }

    public LastRead(Clients clients, Member member, Scope scope) {
        this.clients = clients;
        this.member = member;
        request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")).setRangeEnd(ByteString.copyFromUtf8("z"))
                .setSerializable(scope == Scope.THIS_MEMBER).build();
    }

    /** True as well for a member that was removed meanwhile. */
    public boolean isAnswered() {
        return answered || member.isGone();
    }

    public void ask() {
        if (member.isGone()) {
            return;
        }
        if (member.process().isEmpty()) {
            askAgain();
            return;
        }
        Process process = member.process().get();
        long begun = clients.operations().begun();
        process.call(() -> process.keys().range(request, new CallContext(process.home(), ""), new Reply<>() {
            @Override
            public void accept(RangeResult result) {
                answered = true;
                clients.verdict().check(() -> clients.operations().ranged(request, result, begun));
            }

            @Override
            public void refuse(Refusal refusal) {
                askAgain();
            }
        }));
    }

    private void askAgain() {
        clients.schedule().after(AGAIN_NANOS, this::ask);
    }

    @Override
    public String toString() {
        return "a " + (request.getSerializable() ? "serializable" : "linearizable") + " read of all keys at " + member.name();
    }
}
