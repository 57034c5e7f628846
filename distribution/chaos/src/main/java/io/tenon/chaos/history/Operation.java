package io.tenon.chaos.history;

import java.util.OptionalLong;

/**
 * An action of a client from its call to its answer.
 *
 * @param fromNanos of one clock for all clients
 * @param toNanos   when the client had the answer, or gave up
 */
public record Operation(String client, long fromNanos, long toNanos, Action action, Outcome outcome) {

    /** Revision of the answer's header, if there was an answer. */
    public OptionalLong revision() {
        return switch (outcome) {
            case Outcome.Done done -> OptionalLong.of(done.revision());
            case Outcome.Refused refused -> OptionalLong.of(refused.revision());
            case Outcome.Failed failed -> OptionalLong.empty();
            case Outcome.Unknown unknown -> OptionalLong.empty();
        };
    }

    /** Whether the answer says that the store was changed. */
    public boolean changed() {
        return outcome instanceof Outcome.Done done && switch (action) {
            case Action.Put put -> true;
            case Action.Swap swap -> true;
            case Action.Delete delete -> done.seen().isPresent();
            case Action.Get get -> false;
            case Action.GetLocal get -> false;
        };
    }
}
