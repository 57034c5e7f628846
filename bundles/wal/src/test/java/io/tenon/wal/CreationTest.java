package io.tenon.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.consensus.HardState;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogException;
import io.tenon.spi.log.LogSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A log begins with its first entries, or there is none. */
class CreationTest {
    private static final Path DIRECTORY = Path.of("/data");
    private static final LogBeginning BEGINNING = new LogBeginning(Rig.IDENTITY, List.of(Rig.entries(1, 1, 4)), new HardState(1, 0, 3));

    private static Rig rig(MemoryDisk disk) {
        return new Rig(disk, DIRECTORY, 1 << 14);
    }

    private static LogSession create(Rig rig) throws LogException {
        return rig.store.create(rig.location, BEGINNING, rig.loops);
    }

    private static void requireBeginning(LogSession log) throws LogException {
        assertEquals(Rig.IDENTITY, log.identity());
        assertEquals(BEGINNING.entries(), Rig.readAll(log));
        assertEquals(BEGINNING.hardState(), log.recovery().hardState());
    }

    @Test
    void holdsItsFirstEntriesFromTheFirstMoment() throws LogException {
        Rig rig = rig(new MemoryDisk());
        try (LogSession log = create(rig)) {
            requireBeginning(log);
            rig.write(log, Rig.entries(1, 4, 6));
        }
        try (LogSession again = rig.open()) {
            assertEquals(5, again.lastIndex());
            assertEquals(BEGINNING.hardState(), again.recovery().hardState());
        }
    }

    @Test
    void aCrashAtAnyOperationLeavesAllOfItOrNone() throws LogException {
        MemoryDisk whole = new MemoryDisk();
        create(rig(whole)).close();
        assertTrue(whole.operations() > 5, "operations " + whole.operations());
        int there = 0;
        for (long operation = 1; operation <= whole.operations(); operation++) {
            MemoryDisk disk = new MemoryDisk();
            disk.plan(MemoryDisk.Fault.CRASH, operation);
            Rig crashing = rig(disk);
            try {
                create(crashing).close();
            } catch (LogException expected) {
                assertTrue(disk.isCrashed(), expected.toString());
            }
            for (int survivor = 0; survivor < 20; survivor++) {
                there += isThere(rig(disk.afterCrash(new Random(operation * 31 + survivor)))) ? 1 : 0;
            }
        }
        assertTrue(there > 0, "no crash came after the log was there");
    }

    private static boolean isThere(Rig rig) throws LogException {
        if (rig.store.identify(rig.location).isEmpty()) {
            create(rig).close();
            return false;
        }
        try (LogSession log = rig.open()) {
            requireBeginning(log);
        }
        return true;
    }

    @Test
    void isNotMadeInThePlaceOfAnother() throws LogException {
        Rig rig = rig(new MemoryDisk());
        create(rig).close();
        assertThrows(LogException.class, () -> create(rig));
    }
}
