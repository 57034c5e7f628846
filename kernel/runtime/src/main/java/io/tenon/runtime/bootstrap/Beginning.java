package io.tenon.runtime.bootstrap;

import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogIdentity;

/** Decides what the log of a new member begins with. */
public interface Beginning {

    /**
     * Asked once, when there is no log; may block for as long as other members take to answer.
     *
     * @throws StartRefused the member must not start as it is configured
     */
    LogBeginning decide() throws StartRefused;

    /**
     * Told when there is a log, but nothing of it was applied yet: a member that joined and ended before it heard of its cluster looks for the
     * others again. May block as {@link #decide}, and never refuses: who is known to a cluster need not be let in a second time.
     */
    void resume(LogIdentity identity);
}
