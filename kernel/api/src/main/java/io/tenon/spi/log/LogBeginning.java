package io.tenon.spi.log;

import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.HardState;
import java.util.List;

/**
 * What a new log holds from its first moment.
 *
 * @param entries   the first entries, from index 1 on without a gap; none for a member that joins a cluster
 * @param hardState the state after them; {@link HardState#EMPTY} when there are none
 */
public record LogBeginning(LogIdentity identity, List<Entry> entries, HardState hardState) {

    /** A log without entries. */
    public static LogBeginning empty(LogIdentity identity) {
        return new LogBeginning(identity, List.of(), HardState.EMPTY);
    }
}
