package io.tenon.simulator.disk;

import io.tenon.simulator.world.Chance;
import io.tenon.spi.storage.EngineException;
import java.util.ArrayList;
import java.util.List;

/** One store on a disk: its commits since the last flush, oldest first. */
final class Store {
    /** The first is durable. Never empty. */
    private final List<StoreState> states = new ArrayList<>(List.of(StoreState.EMPTY));
    private boolean isOpen;
    private int opening;

    void open() throws EngineException {
        if (isOpen) {
            throw new EngineException("the store is open already");
        }
        isOpen = true;
        opening++;
    }

    void close() {
        isOpen = false;
        opening++;
    }

    /** Changes whenever a session begins or ends. */
    int opening() {
        return opening;
    }

    StoreState newest() {
        return states.getLast();
    }

    void add(StoreState state) {
        states.add(state);
    }

    void flush() {
        keepOnly(states.getLast());
    }

    void crash(Chance chance) {
        keepOnly(states.get(chance.below(states.size())));
        close();
    }

    private void keepOnly(StoreState state) {
        states.clear();
        states.add(state);
    }
}
