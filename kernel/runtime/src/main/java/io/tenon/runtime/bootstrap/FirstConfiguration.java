package io.tenon.runtime.bootstrap;

import io.tenon.api.consensus.ConfChange;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.runtime.apply.ConfChanges;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogSession;
import java.util.List;
import java.util.TreeSet;

/**
 * The configuration of a log of which nothing was applied yet: what its leading changes say. They are committed from the start, and
 * applying them again has no effect.
 */
public final class FirstConfiguration {

    private FirstConfiguration() {
    }

    public static ConfState of(LogSession log, long commit) throws LogException {
        TreeSet<Long> voters = new TreeSet<>(Long::compareUnsigned);
        long last = Math.min(commit, log.lastIndex());
        for (long index = 1; log.firstIndex() == 1 && index <= last; index++) {
            Entry entry = log.read(index, index + 1, Long.MAX_VALUE).getFirst();
            if (entry.type() != EntryType.CONF_CHANGE) {
                break;
            }
            ConfChange.Step step = ConfChanges.parse(entry).steps().getFirst();
            if (step.kind() == ConfChange.Kind.ADD_VOTER) {
                voters.add(step.nodeId());
            }
        }
        return ConfState.ofVoters(List.copyOf(voters));
    }
}
