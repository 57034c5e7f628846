package io.tenon.runtime.snapshot;

import io.tenon.api.maintenance.DatabaseSnapshot;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.export.DatabaseForm;
import io.tenon.spi.storage.export.ExportSource;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Snapshots that clients take. Any thread. */
public final class ClientSnapshots {
    /** Open at once; each holds a view of the engine for as long as its client takes. */
    public static final int MOST_OPEN = 8;

    private final Databases databases;
    private final Consumer<String> onCorruption;
    private final AtomicInteger open = new AtomicInteger();

    ClientSnapshots(Databases databases, Consumer<String> onCorruption) {
        this.databases = databases;
        this.onCorruption = onCorruption;
    }

    /** False while the bundle that knows the form is away. */
    public boolean available() {
        return databases.available();
    }

    /** Takes a place; false when there is none. {@link #cancel} or the snapshot's close gives it back. */
    public boolean reserve() {
        if (open.incrementAndGet() <= MOST_OPEN) {
            return true;
        }
        open.decrementAndGet();
        return false;
    }

    /** Gives a reserved place back. */
    public void cancel() {
        open.decrementAndGet();
    }

    /** @param view of the state to be written, on a reserved place; closed with the snapshot */
    public DatabaseSnapshot of(EngineView view) {
        return new Taken(new ViewReader(view, onCorruption));
    }

    private final class Taken implements DatabaseSnapshot {
        private final ViewReader reader;
        private Optional<DatabaseForm.DatabaseFile> file = Optional.empty();
        private boolean closed;

        Taken(ViewReader reader) {
            this.reader = reader;
        }

        private DatabaseForm.DatabaseFile file() throws IOException {
            if (file.isEmpty()) {
                DatabaseForm form = databases.form();
                reader.read(view -> file = Optional.of(form.file(ExportSource.of(view))));
            }
            return file.get();
        }

        @Override
        public long sizeBytes() throws IOException {
            return file().sizeBytes();
        }

        @Override
        public void writeTo(OutputStream stream) throws IOException {
            DatabaseForm.DatabaseFile whole = file();
            reader.read(view -> whole.writeTo(stream));
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                reader.close();
                cancel();
            }
        }
    }
}
