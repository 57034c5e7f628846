package io.tenon.launcher.log;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what libraries print into log lines, so that the output stays one JSON object a line. Any thread. */
public final class LoggedStream extends OutputStream {

    /** A line that never ends is cut here. */
    private static final int LINE_BYTES_MAX = 8192;

    private final Logger logger;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private LoggedStream(String name) {
        logger = LoggerFactory.getLogger(name);
    }

    /** From here on {@code System.out} and {@code System.err} are log lines. */
    public static void replaceStandardStreams() {
        System.setOut(new PrintStream(new LoggedStream("stdout"), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new LoggedStream("stderr"), true, StandardCharsets.UTF_8));
    }

    @Override
    public void write(int each) {
        String complete;
        synchronized (line) {
            if (each != '\n' && line.size() < LINE_BYTES_MAX) {
                if (each != '\r') {
                    line.write(each);
                }
                return;
            }
            complete = line.toString(StandardCharsets.UTF_8);
            line.reset();
        }
        if (!complete.isBlank()) {
            logger.atWarn().log(complete);
        }
    }
}
