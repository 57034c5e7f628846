package io.tenon.launcher.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.tenon.api.config.LogChoice;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.slf4j.spi.CallerBoundaryAware;
import org.slf4j.spi.LoggingEventBuilder;

/** Sets up logback, in code rather than in XML because that takes a tenth of the time. {@code -Dlogback.configurationFile} overrules it. */
public final class Logs {

    /** These talk more than a server's operator wants to hear; the level of all others is the root's. */
    private static final Map<String, Level> QUIET = Map.of("io.netty", Level.WARN, "io.grpc", Level.WARN, "io.perfmark", Level.WARN,
            "org.eclipse.jetty", Level.WARN, "org.apache.felix", Level.WARN, "felix", Level.WARN);

    private Logs() {
    }

    /** Makes slf4j find logback without a search. To be called before the first logger is asked for. */
    public static void install() {
        System.setProperty("slf4j.provider", LogbackProvider.class.getName());
        // Or it would announce that, and not as a line of JSON.
        System.setProperty("slf4j.internal.verbosity", "WARN");
    }

    /** What holds until the flags are read: everything from info on goes to the standard error. */
    static void configure(LoggerContext logback) {
        logback.setMaxCallerDataDepth(1);
        write(logback, List.of(new Standard(FileDescriptor.err)));
        level(logback, LogChoice.Level.INFO);
    }

    /**
     * Puts the flags' choice into effect, and brings in what JDK classes log.
     *
     * @throws IOException if a log file cannot be opened
     */
    public static void apply(LogChoice choice) throws IOException {
        var logback = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (System.getProperty(LogbackProvider.OWN_FILE) == null) {
            if (!choice.outputs().equals(List.of("stderr"))) {
                var outputs = new ArrayList<OutputStream>();
                for (String output : choice.outputs()) {
                    outputs.add(open(output));
                }
                logback.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAndStopAllAppenders();
                write(logback, outputs);
            }
            level(logback, choice.level());
        }
        LogManager.getLogManager().reset();
        SLF4JBridgeHandler.install();
        // Translating a JDK record is dear, so what would not be shown is dropped before.
        java.util.logging.Logger.getLogger("").setLevel(choice.level() == LogChoice.Level.DEBUG
                ? java.util.logging.Level.FINE : java.util.logging.Level.WARNING);
    }

    /** Writes one line. */
    public static void write(org.slf4j.Logger logger, Line line) {
        LoggingEventBuilder event = switch (line.severity()) {
            case INFO -> logger.atInfo();
            case WARN -> logger.atWarn();
            case ERROR -> logger.atError();
            case FATAL -> logger.atError().addMarker(MarkerFactory.getMarker(JsonEncoder.FATAL_MARKER));
        };
        for (var field : line.fields().entrySet()) {
            event = event.addKeyValue(field.getKey(), field.getValue());
        }
        if (event instanceof CallerBoundaryAware aware) {
            aware.setCallerBoundary(Logs.class.getName());
        }
        event.log(line.text());
    }

    private static OutputStream open(String output) throws IOException {
        return switch (output) {
            case "stderr" -> new Standard(FileDescriptor.err);
            case "stdout" -> new Standard(FileDescriptor.out);
            default -> new FileOutputStream(output, true);
        };
    }

    private static void write(LoggerContext logback, List<OutputStream> outputs) {
        for (OutputStream output : outputs) {
            var encoder = new JsonEncoder();
            encoder.setContext(logback);
            encoder.start();
            var appender = new OutputStreamAppender<ILoggingEvent>();
            appender.setContext(logback);
            appender.setName("output-" + outputs.indexOf(output));
            appender.setEncoder(encoder);
            appender.setOutputStream(output);
            appender.start();
            logback.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        }
    }

    private static void level(LoggerContext logback, LogChoice.Level chosen) {
        Level level = switch (chosen) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR, PANIC, FATAL -> Level.ERROR;
        };
        Logger root = logback.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        QUIET.forEach((name, quiet) -> logback.getLogger(name).setLevel(quiet.isGreaterOrEqual(level) ? quiet : level));
        if (chosen.compareTo(LogChoice.Level.ERROR) > 0) {
            root.iteratorForAppenders().forEachRemaining(appender -> appender.addFilter(new FatalOnly()));
        }
    }

    /** The process's own stream, which logback must not close: it would be gone for whoever comes next. */
    private static final class Standard extends FileOutputStream {
        Standard(FileDescriptor descriptor) {
            super(descriptor);
        }

        @Override
        public void close() {
            // The process closes it by ending.
        }
    }

    /** For the two levels above error, which only the line that ends the process has. */
    private static final class FatalOnly extends Filter<ILoggingEvent> {
        @Override
        public FilterReply decide(ILoggingEvent event) {
            return JsonEncoder.isFatal(event) ? FilterReply.NEUTRAL : FilterReply.DENY;
        }
    }
}
