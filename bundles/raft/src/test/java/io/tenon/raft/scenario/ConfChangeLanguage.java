package io.tenon.raft.scenario;

import io.tenon.api.consensus.ConfChange.Step;
import io.tenon.raft.confchange.ConfChangeException;
import io.tenon.raft.confchange.ConfChanger;
import io.tenon.raft.confchange.ConfChanger.Changed;
import io.tenon.raft.confchange.Configuration;
import io.tenon.raft.progress.Inflights;
import io.tenon.raft.progress.Progress;
import io.tenon.raft.progress.ProgressMap;
import java.util.List;

/** {@code simple}, {@code enter-joint} and {@code leave-joint} on a configuration that begins empty. */
final class ConfChangeLanguage implements Language {
    private static final int WINDOW = 10;

    private Configuration configuration = Configuration.EMPTY;
    private ProgressMap progress = ProgressMap.empty();
    /** Grows by one with each command, as if each were an entry. */
    private long lastIndex;

    @Override
    public String run(Command command) {
        List<Step> steps = Notation.steps(String.join(" ", command.input()));
        try {
            adopt(switch (command.name()) {
                case "simple" -> ConfChanger.simple(configuration, steps);
                case "enter-joint" -> ConfChanger.enterJoint(configuration, command.isSet("autoleave"), steps);
                case "leave-joint" -> ConfChanger.leaveJoint(configuration);
                default -> throw new ConfChangeException("unknown command " + command.name());
            });
        } catch (ConfChangeException e) {
            return e.getMessage();
        } finally {
            lastIndex++;
        }
        return configuration + "\n" + Notation.progress(progress, configuration);
    }

    private void adopt(Changed changed) {
        configuration = changed.configuration();
        progress = progress.with(configuration.members(), changed.dropped(), id -> {
            var fresh = new Progress(0, Math.max(lastIndex, 1), new Inflights(WINDOW, Inflights.NO_BYTE_LIMIT));
            fresh.heardFrom();
            return fresh;
        });
    }
}
