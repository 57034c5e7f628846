package io.tenon.simulator.load;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import java.util.function.Consumer;

/** Checks an answer and lets its client go on. A refusal says nothing of what has happened, so nothing follows from it. */
final class Answer<T> implements Reply<T> {
    private final Clients clients;
    private final String kind;
    private final String what;
    private final Consumer<T> check;
    private final Runnable next;

    Answer(Clients clients, int client, String kind, Consumer<T> check, Runnable next) {
        this.clients = clients;
        this.kind = kind;
        what = "client " + client + " " + kind;
        this.check = check;
        this.next = next;
    }

    @Override
    public void accept(T answer) {
        clients.trace().note(what.hashCode(), () -> what + ": answered");
        clients.answered(kind);
        clients.verdict().check(() -> check.accept(answer));
        next.run();
    }

    @Override
    public void refuse(Refusal refusal) {
        clients.trace().note(what.hashCode() ^ refusal.text().hashCode(), () -> what + ": " + refusal.text());
        next.run();
    }
}
