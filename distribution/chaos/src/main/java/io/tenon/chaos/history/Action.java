package io.tenon.chaos.history;

import java.util.Optional;

/** What a client asks for. Every value is written by one action alone, so a value tells who wrote it. */
public sealed interface Action {

    String key();

    record Put(String key, String value) implements Action {
    }

    /** The one key as the whole cluster has it. */
    record Get(String key) implements Action {
    }

    /** The one key as the member that is asked has it, which may be behind. */
    record GetLocal(String key) implements Action {
    }

    record Delete(String key) implements Action {
    }

    /** Puts if the key still has this value, or is still absent; else reads it. */
    record Swap(String key, Optional<String> expected, String value) implements Action {
    }

    /** The value it would write. */
    static Optional<String> written(Action action) {
        return switch (action) {
            case Put put -> Optional.of(put.value());
            case Swap swap -> Optional.of(swap.value());
            case Get get -> Optional.empty();
            case GetLocal get -> Optional.empty();
            case Delete delete -> Optional.empty();
        };
    }
}
