package io.tenon.raft.scenario;

import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.Outbox;
import io.tenon.raft.core.StepResult;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a core was given and what it gave, by name: every kind once. */
final class Reached {
    private final Set<String> names = new TreeSet<>();

    Set<String> names() {
        return names;
    }

    void stepped(Input input, StepResult result) {
        names.add(input(input.getClass()));
        names.add(result(result));
        switch (input) {
            case Input.Receive received -> names.add(received(received.message().type()));
            case Input.ReportSnapshot report -> names.add(reported(report.outcome()));
            default -> { }
        }
    }

    void taken(Outbox outbox) {
        for (RecordComponent part : Outbox.class.getRecordComponents()) {
            if (isGiven(part, outbox)) {
                names.add(output(part));
            }
        }
        outbox.messages().forEach(message -> names.add(sent(message.type())));
        outbox.whenDurable().forEach(message -> names.add(sent(message.type())));
        outbox.trace().forEach(event -> names.add(event(event.getClass())));
    }

    void changed(ConsensusStatus.Role before, ConsensusStatus.Role after) {
        names.add(change(before, after));
    }

    private static boolean isGiven(RecordComponent part, Outbox outbox) {
        try {
            return switch (part.getAccessor().invoke(outbox)) {
                case Optional<?> optional -> optional.isPresent();
                case Collection<?> collection -> !collection.isEmpty();
                case Boolean flag -> flag;
                case Object other -> throw new IllegalStateException("outbox with " + other);
            };
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static String received(MessageType type) {
        return "message in " + type;
    }

    static String sent(MessageType type) {
        return "message out " + type;
    }

    static String reported(SnapshotOutcome outcome) {
        return "snapshot " + outcome;
    }

    static String input(Class<?> input) {
        return "input " + input.getSimpleName();
    }

    static String result(StepResult result) {
        return "result " + result;
    }

    static String output(RecordComponent part) {
        return "output " + part.getName();
    }

    static String event(Class<?> event) {
        return "event " + event.getSimpleName();
    }

    static String change(ConsensusStatus.Role before, ConsensusStatus.Role after) {
        return "role " + before + " to " + after;
    }
}
