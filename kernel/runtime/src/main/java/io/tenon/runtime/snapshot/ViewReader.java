package io.tenon.runtime.snapshot;

import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineView;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Reads a whole view of the engine for somebody outside, and tells the node what it finds. */
final class ViewReader implements AutoCloseable {
    private final EngineView view;
    private final Consumer<String> onCorruption;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param onCorruption told what was found in the engine while it was read */
    ViewReader(EngineView view, Consumer<String> onCorruption) {
        this.view = view;
        this.onCorruption = onCorruption;
    }

    /** Something that reads the view. */
    @FunctionalInterface
    interface Reading {
        void of(EngineView view) throws IOException;
    }

    /** @throws IOException what reads failed, or the engine went away, or is damaged */
    void read(Reading reading) throws IOException {
        try {
            reading.of(view);
        } catch (EngineClosedException gone) {
            throw new IOException("the storage engine went away", gone);
        } catch (EngineCorruptException damage) {
            onCorruption.accept(damage.getMessage());
            throw new IOException("the storage engine is damaged: " + damage.getMessage(), damage);
        }
    }

    /** Idempotent; any thread. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            view.close();
        }
    }
}
