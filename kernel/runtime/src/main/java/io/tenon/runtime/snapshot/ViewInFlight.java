package io.tenon.runtime.snapshot;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.SnapshotOutcome;
import io.tenon.spi.storage.export.CanonicalWriter;
import io.tenon.spi.storage.export.DatabaseForm;
import io.tenon.spi.storage.export.ExportSource;
import io.tenon.spi.transport.OutgoingSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** An engine's view on its way to a member. */
final class ViewInFlight implements OutgoingSnapshot {
    private static final long UNKNOWN = 0;

    private final Message message;
    private final ViewReader reader;
    private final Databases databases;
    private final Consumer<SnapshotOutcome> onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    /** Of the one thread that sends. */
    private Optional<DatabaseForm.DatabaseFile> database = Optional.empty();

    /** @param reader of the state at the message's place */
    ViewInFlight(Message message, ViewReader reader, Databases databases, Consumer<SnapshotOutcome> onEnd) {
        this.message = message;
        this.reader = reader;
        this.databases = databases;
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
        reader.read(view -> new CanonicalWriter(stream).write(ExportSource.of(view)));
    }

    @Override
    public void prepareDatabase() throws IOException {
        DatabaseForm form = databases.form();
        reader.read(view -> database = Optional.of(form.file(ExportSource.of(view))));
    }

    @Override
    public void writeDatabaseTo(OutputStream stream) throws IOException {
        if (database.isEmpty()) {
            prepareDatabase();
        }
        reader.read(view -> database.orElseThrow().writeTo(stream));
    }

    @Override
    public void ended(SnapshotOutcome outcome) {
        if (ended.compareAndSet(false, true)) {
            reader.close();
            onEnd.accept(outcome);
        }
    }
}
