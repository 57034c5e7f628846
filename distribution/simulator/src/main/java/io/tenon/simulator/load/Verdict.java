package io.tenon.simulator.load;

import io.tenon.simulator.Violation;
import java.util.Optional;

/** Keeps the first violation that was found within a call of a node, which must not be thrown through the node. */
public final class Verdict {
    private Optional<Violation> first = Optional.empty();

    /** Runs a check. */
    public void check(Runnable check) {
        try {
            check.run();
        } catch (Violation violation) {
            first = Optional.of(first.orElse(violation));
        }
    }

    /** @throws Violation one was found */
    public void require() {
        first.ifPresent(violation -> {
            throw violation;
        });
    }
}
