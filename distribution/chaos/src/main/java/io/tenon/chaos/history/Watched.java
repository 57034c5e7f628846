package io.tenon.chaos.history;

import java.util.List;
import java.util.Optional;

/**
 * All that one watcher got, whichever members it was connected to.
 *
 * @param key   the only one it watches, or all
 * @param first revision it wanted to begin with
 */
public record Watched(String watcher, Optional<String> key, long first, List<Note> notes) {

    public boolean wants(String name) {
        return key.isEmpty() || key.get().equals(name);
    }
}
