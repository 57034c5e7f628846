package io.tenon.chaos.history;

import java.util.Optional;

/** How an action ended for the client. */
public sealed interface Outcome {

    /**
     * It was answered and had its effect, if it has one.
     *
     * @param revision of the answer's header
     * @param seen     what a read found, and what a deletion deleted
     */
    record Done(long revision, Optional<Row> seen) implements Outcome {
    }

    /** A swap was answered: the key had another content, this one. */
    record Refused(long revision, Optional<Row> seen) implements Outcome {
    }

    /** It has no effect and never will. */
    record Failed(String reason) implements Outcome {
    }

    /** No answer came, or one that leaves it open. */
    record Unknown(String reason) implements Outcome {
    }
}
