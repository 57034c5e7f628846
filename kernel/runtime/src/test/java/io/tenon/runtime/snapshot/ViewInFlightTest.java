package io.tenon.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.runtime.storage.TableSession;
import io.tenon.spi.storage.export.DatabaseForm;
import io.tenon.spi.storage.export.ExportSource;
import io.tenon.spi.storage.export.ExportedRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewInFlightTest {
    private final List<String> done = new ArrayList<>();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    /** Says when the state is counted and when it is written. */
    private final class Noting implements DatabaseForm {
        @Override
        public DatabaseFile file(ExportSource source) {
            done.add("counted");
            return new DatabaseFile() {
                @Override
                public long sizeBytes() {
                    return 2;
                }

                @Override
                public void writeTo(OutputStream stream) throws IOException {
                    done.add("written");
                    stream.write("db".getBytes(StandardCharsets.US_ASCII));
                }
            };
        }

        @Override
        public void read(Path file, ExportedRows rows) {
            throw new AssertionError("only written here");
        }
    }

    private ViewInFlight snapshot() {
        Databases databases = Databases.none();
        databases.form(Optional.of(new Noting()));
        return new ViewInFlight(Message.of(MessageType.SNAPSHOT, 2, 1, 3), new ViewReader(new TableSession(), message -> {
            throw new AssertionError(message);
        }), databases, outcome -> done.add(outcome.name()));
    }

    @Test
    void aPreparedDatabaseIsNotCountedASecondTime() throws IOException {
        ViewInFlight snapshot = snapshot();
        snapshot.prepareDatabase();
        assertEquals(List.of("counted"), done);
        snapshot.writeDatabaseTo(sent);
        assertEquals(List.of("counted", "written"), done);
        assertEquals("db", sent.toString(StandardCharsets.US_ASCII));
    }

    @Test
    void aDatabaseThatNobodyPreparedIsWrittenAllTheSame() throws IOException {
        snapshot().writeDatabaseTo(sent);
        assertEquals(List.of("counted", "written"), done);
    }
}
