package io.tenon.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RunningCrcTest {

    @Test
    void startsAtZeroAsTheFirstRecordOfALogSays() {
        RunningCrc crc = new RunningCrc();
        assertEquals(0, crc.value());
        crc.set(0);
        assertEquals(0, crc.value());
    }

    @Test
    void continuesFromAnyValue() {
        Random random = new Random(1);
        for (int round = 0; round < 10_000; round++) {
            byte[] first = new byte[random.nextInt(50)];
            byte[] second = new byte[random.nextInt(50)];
            random.nextBytes(first);
            random.nextBytes(second);
            CRC32C whole = new CRC32C();
            whole.update(first);
            int between = (int) whole.getValue();
            whole.update(second);
            RunningCrc continued = new RunningCrc();
            continued.update(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            continued.set(between);
            assertEquals(between, continued.value());
            continued.update(ByteBuffer.wrap(second));
            assertEquals((int) whole.getValue(), continued.value());
        }
    }
}
