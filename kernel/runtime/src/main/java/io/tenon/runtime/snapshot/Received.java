package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.LogMark;
import io.tenon.runtime.storage.Generations;
import io.tenon.runtime.storage.Manifest;
import io.tenon.spi.storage.EngineSession;
import java.util.Optional;

/** A state that was received whole and is in a generation of its own, which MANIFEST does not name yet. Owned by the apply loop. */
final class Received {
    private final Generations.Opened opened;
    private final LogMark mark;
    private Optional<EngineSession> session;
    private boolean wanted;

    Received(Generations.Opened opened, LogMark mark) {
        this.opened = opened;
        session = Optional.of(opened.session());
        this.mark = mark;
    }

    Manifest manifest() {
        return opened.manifest();
    }

    Generations.Opened opened() {
        return opened;
    }

    LogMark mark() {
        return mark;
    }

    /** The log names it now, so it must not be thrown away. */
    void want() {
        wanted = true;
    }

    boolean isWanted() {
        return wanted;
    }

    /** Hands the session over, if it is still open. */
    Optional<EngineSession> takeSession() {
        Optional<EngineSession> taken = session;
        session = Optional.empty();
        return taken;
    }
}
