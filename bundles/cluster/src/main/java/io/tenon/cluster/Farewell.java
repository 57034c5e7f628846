package io.tenon.cluster;

import io.tenon.api.NodeControl;
import java.time.Duration;
import java.util.Optional;

/** Ends the node of a member that was removed: a second after it applied that, so that the others learn of the commit. Apply loop. */
final class Farewell {
    static final String REMOVED = "the member has been permanently removed from the cluster";
    private static final long REST_NANOS = Duration.ofSeconds(1).toNanos();

    private final NodeControl control;
    /** False when the state that was found says so already: such data is not served again. */
    private boolean served;
    private Optional<Long> endAtNanos = Optional.empty();
    private boolean ended;

    Farewell(NodeControl control) {
        this.control = control;
    }

    /** Other state was found: it may be that of a member that is gone. */
    void restored() {
        served = false;
    }

    void tick(Membership membership, long self, long nowNanos) {
        if (!membership.removed().contains(self)) {
            served = true;
            return;
        }
        if (endAtNanos.isEmpty()) {
            endAtNanos = Optional.of(served ? nowNanos + REST_NANOS : nowNanos);
        }
        if (!ended && nowNanos - endAtNanos.get() >= 0) {
            ended = true;
            control.finish(REMOVED);
        }
    }
}
