package io.tenon.runtime.node;

import io.tenon.api.consensus.LogMark;
import io.tenon.spi.state.Handover;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * State between two versions of a bundle, by machine, with the place in the log where it stood. It is good for that place alone: when a
 * snapshot took everything else further meanwhile, the successor reads the rows instead.
 */
final class ParkedStates {
    private final Map<String, Parked> parked = new HashMap<>();

    private record Parked(Handover handover, LogMark at) {
    }

    synchronized void park(String machine, Handover handover, LogMark at) {
        parked.put(machine, new Parked(handover, at));
    }

    synchronized boolean has(String machine) {
        return parked.containsKey(machine);
    }

    /** Takes it out; empty also when it stood elsewhere. */
    synchronized Optional<Handover> take(String machine, LogMark at) {
        return Optional.ofNullable(parked.remove(machine)).filter(state -> state.at.equals(at)).map(Parked::handover);
    }
}
