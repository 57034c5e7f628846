package io.tenon.simulator.check;

import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.ConsensusStatus;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.Snapshot;
import io.tenon.simulator.world.Trace;
import java.util.Locale;

/** Not an invariant, but a count of what a run has been through: what never happens is not tested. */
public final class Tally implements Invariant {
    private final Trace trace;

    public Tally(Trace trace) {
        this.trace = trace;
    }

    @Override
    public void started(long member) {
        trace.count("process started");
    }

    @Override
    public void statusChanged(long member, ConsensusStatus before, ConsensusStatus now) {
        if (now.role() != before.role()) {
            trace.count("became " + text(now.role()));
        }
        if (!now.rules().equals(before.rules())) {
            trace.count("rules changed in " + text(before.role()));
        }
    }

    @Override
    public void sent(long member, Message message) {
        trace.count("sent " + text(message.type()));
    }

    @Override
    public void restored(long member, Snapshot snapshot) {
        trace.count("snapshot restored");
    }

    @Override
    public void configured(long member, long index, ConfState configuration) {
        trace.count(!configuration.votersOutgoing().isEmpty() ? "entered a joint configuration" : "configuration applied");
        if (!configuration.learnersNext().isEmpty()) {
            trace.count("configuration with voters that become learners");
        }
    }

    private static String text(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
