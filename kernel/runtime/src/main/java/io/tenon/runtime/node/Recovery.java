package io.tenon.runtime.node;

import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.runtime.bootstrap.StartRefused;
import io.tenon.spi.log.LogRecovery;

/** The rules that log and engine must keep to each other before a node starts (design, section 3). */
final class Recovery {

    private Recovery() {
    }

    /**
     * @return the hard state to start with: commit is at least what the engine has applied
     * @throws StartRefused the engine is ahead of the log, or so far behind that the entries between are gone
     */
    static HardState check(LogRecovery log, LogMark applied, String engineId) throws StartRefused {
        if (applied.index() > log.lastIndex()) {
            throw new StartRefused("engine " + engineId + " has applied index " + applied.index() + " but the log ends at "
                    + log.lastIndex() + ": the log lost entries that were durable. Restore the member from a snapshot, or remove it and add "
                    + "it anew");
        }
        if (applied.index() < log.firstIndex() - 1) {
            throw new StartRefused("engine " + engineId + " has applied index " + applied.index() + " but the log begins at "
                    + log.firstIndex() + ": the engine lost what was saved. Restore the member from a snapshot, or remove it and add it anew");
        }
        HardState state = log.hardState();
        if (state.commit() > log.lastIndex()) {
            throw new StartRefused("the log ends at " + log.lastIndex() + " but its hard state has commit " + state.commit()
                    + ": committed entries are missing. Restore the member from a snapshot, or remove it and add it anew");
        }
        return new HardState(state.term(), state.vote(), Math.max(state.commit(), applied.index()));
    }
}
