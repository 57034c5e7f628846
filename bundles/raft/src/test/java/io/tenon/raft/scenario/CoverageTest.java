package io.tenon.raft.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.consensus.ConsensusStatus.Role;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.raft.core.Input;
import io.tenon.raft.core.Outbox;
import io.tenon.raft.core.StepResult;
import io.tenon.raft.core.TraceEvent;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tenon's own scenario files reach everything that a core can be given and can give. */
class CoverageTest {
    /** Nobody leads without an election of its own, and a leader campaigns only after it has stepped down. */
    private static final Set<String> IMPOSSIBLE = Set.of(
            Reached.change(Role.FOLLOWER, Role.LEADER),
            Reached.change(Role.PRE_CANDIDATE, Role.LEADER),
            Reached.change(Role.LEADER, Role.LEADER),
            Reached.change(Role.LEADER, Role.CANDIDATE),
            Reached.change(Role.LEADER, Role.PRE_CANDIDATE));

    @Test
    void everyInputMessageOutputEventAndChangeOfRoleIsInAScenario() throws IOException {
        var reached = new Reached();
        for (Path file : ScenarioTest.files(ScenarioTest.OWN.resolve("interaction"))) {
            if (ScenarioTest.isOurs(file)) {
                var language = new InteractionLanguage(reached);
                ScenarioFile.read(file).cases().forEach(each -> ScenarioTest.run(language, each.command()));
            }
        }
        Set<String> missing = everything();
        missing.removeAll(reached.names());
        assertEquals(IMPOSSIBLE, missing);
    }

    private static Set<String> everything() {
        var all = new TreeSet<String>();
        for (Class<?> input : Input.class.getPermittedSubclasses()) {
            all.add(Reached.input(input));
        }
        for (MessageType type : MessageType.values()) {
            all.add(Reached.received(type));
            all.add(Reached.sent(type));
        }
        for (RecordComponent part : Outbox.class.getRecordComponents()) {
            all.add(Reached.output(part));
        }
        for (Class<?> event : TraceEvent.class.getPermittedSubclasses()) {
            all.add(Reached.event(event));
        }
        for (StepResult result : StepResult.values()) {
            all.add(Reached.result(result));
        }
        for (SnapshotOutcome outcome : SnapshotOutcome.values()) {
            all.add(Reached.reported(outcome));
        }
        for (Role before : Role.values()) {
            for (Role after : Role.values()) {
                all.add(Reached.change(before, after));
            }
        }
        return all;
    }
}
