package io.tenon.raft.scenario;

import io.tenon.raft.core.Outbox;
import io.tenon.raft.core.Outbox.ReadState;
import java.util.List;
import java.util.stream.Collectors;

/** Prints an outbox. */
final class Ready {

    private Ready() {
    }

    static String text(Outbox outbox, List<String> messages) {
        var text = new StringBuilder();
        outbox.softState().ifPresent(soft -> text.append("Lead:").append(soft.leader()).append(" State:")
                .append(Notation.role(soft.role())).append('\n'));
        outbox.hardState().ifPresent(hard -> text.append("HardState ").append(Notation.hardState(hard)).append('\n'));
        if (!outbox.readStates().isEmpty()) {
            text.append(outbox.readStates().stream().map(Ready::readState).collect(Collectors.joining(" ", "ReadStates [", "]\n")));
        }
        if (!outbox.entries().isEmpty()) {
            text.append("Entries:\n").append(Notation.entries(outbox.entries()));
        }
        outbox.snapshot().ifPresent(snapshot -> text.append("Snapshot ").append(Notation.snapshot(snapshot)).append('\n'));
        if (!outbox.committed().isEmpty()) {
            text.append("CommittedEntries:\n").append(Notation.entries(outbox.committed()));
        }
        if (!messages.isEmpty()) {
            text.append("Messages:\n").append(String.join("\n", messages)).append('\n');
        }
        outbox.loads().forEach(load -> text.append("Load ").append(load.peer() == 0 ? "to apply" : "for " + load.peer()).append(": [")
                .append(load.fromIndex()).append(',').append(load.toIndex()).append(")\n"));
        return text.isEmpty() ? "<empty Ready>\n" : "Ready MustSync=" + outbox.mustSync() + ":\n" + text;
    }

    private static String readState(ReadState state) {
        var bytes = state.context().toByteArray();
        var context = new StringBuilder("[");
        for (int i = 0; i < bytes.length; i++) {
            context.append(i == 0 ? "" : " ").append(bytes[i] & 0xff);
        }
        return "{" + state.index() + " " + context + "]}";
    }
}
