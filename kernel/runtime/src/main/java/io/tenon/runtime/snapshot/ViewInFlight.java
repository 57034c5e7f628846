package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.spi.storage.EngineClosedException;
import io.tenon.spi.storage.EngineCorruptException;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.export.CanonicalWriter;
import io.tenon.spi.storage.export.ExportSource;
import io.tenon.spi.transport.OutgoingSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** An engine's view on its way to a member. */
final class ViewInFlight implements OutgoingSnapshot {
    private static final long UNKNOWN = 0;

    private final Message message;
    private final EngineView view;
    private final Consumer<String> onCorruption;
    private final Consumer<SnapshotOutcome> onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();

    ViewInFlight(Message message, EngineView view, Consumer<String> onCorruption, Consumer<SnapshotOutcome> onEnd) {
        this.message = message;
        this.view = view;
        this.onCorruption = onCorruption;
        this.onEnd = onEnd;
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public long sizeBytes() {
        return UNKNOWN;
    }

    @Override
    public void writeTo(OutputStream stream) throws IOException {
        try {
            new CanonicalWriter(stream).write(ExportSource.of(view));
        } catch (EngineClosedException gone) {
            throw new IOException("the storage engine went away", gone);
        } catch (EngineCorruptException damage) {
            onCorruption.accept(damage.getMessage());
            throw new IOException("the storage engine is damaged: " + damage.getMessage(), damage);
        }
    }

    @Override
    public void writeDatabaseTo(OutputStream stream) throws IOException {
        throw new IOException("no bundle is deployed that writes etcd's database file");
    }

    @Override
    public void ended(SnapshotOutcome outcome) {
        if (ended.compareAndSet(false, true)) {
            view.close();
            onEnd.accept(outcome);
        }
    }
}
