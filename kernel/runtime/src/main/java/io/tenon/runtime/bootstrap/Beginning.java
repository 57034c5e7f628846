package io.tenon.runtime.bootstrap;

import io.tenon.spi.log.LogBeginning;

/** Decides what the log of a new member begins with. */
@FunctionalInterface
public interface Beginning {

    /**
     * Asked once, when there is no log; may block for as long as other members take to answer.
     *
     * @throws StartRefused the member must not start as it is configured
     */
    LogBeginning decide() throws StartRefused;
}
