package io.tenon.simulator.fault;

import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.simulator.member.Process;
import io.tenon.simulator.world.Chance;

/** Takes the storage engine from a running node, and gives it one back later: as when its bundle is stopped and started. */
final class EngineSwap {
    private static final long AWAY_NANOS = 500_000_000;

    private final Process process;
    private final Chance chance;

    EngineSwap(Process process, Chance chance) {
        this.process = process;
        this.chance = chance;
    }

    void begin() {
        StorageCoordinator storage = process.parts().storage();
        ApplyLoop apply = process.parts().applyLoop();
        apply.mustRun(() -> {
            if (storage.attached()) {
                storage.flush(apply.applied(), process.parts().host().nowNanos(), durable -> apply.mustRun(this::detach));
            }
        });
    }

    private void detach() {
        process.detachEngine();
        process.callAfter(chance.exponentialNanos(AWAY_NANOS), process::attachEngine);
    }
}
