package io.tenon.launcher.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line, as etcd's: {@code level}, {@code ts}, {@code logger}, {@code caller}, {@code msg}, then the fields. The pairs
 * that end a message become fields, and so do slf4j's own key-value pairs; an exception is {@code error} and {@code stacktrace}.
 */
final class JsonEncoder extends EncoderBase<ILoggingEvent> {

    /** Marks the line that ends the process. */
    static final String FATAL_MARKER = "FATAL";

    private static final byte[] NOTHING = {};
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var parted = MessageFields.split(event.getFormattedMessage());
        var line = new JsonLine().text("level", level(event)).text("ts", TIME.format(time(event))).text("logger", event.getLoggerName())
                .text("caller", caller(event)).text("msg", parted.text());
        boolean hasError = false;
        for (var field : parted.fields()) {
            hasError |= field.name().equals("error");
            if (field.quoted()) {
                line.text(field.name(), field.value());
            } else {
                line.plain(field.name(), field.value());
            }
        }
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                hasError |= pair.key.equals("error");
                pair(line, pair);
            }
        }
        if (event.getThrowableProxy() != null) {
            thrown(line, event.getThrowableProxy(), hasError);
        }
        return line.end().getBytes(StandardCharsets.UTF_8);
    }

    private static void pair(JsonLine line, KeyValuePair pair) {
        if (pair.value instanceof Number || pair.value instanceof Boolean) {
            line.plain(pair.key, pair.value.toString());
        } else {
            line.text(pair.key, String.valueOf(pair.value));
        }
    }

    private static void thrown(JsonLine line, IThrowableProxy thrown, boolean hasError) {
        if (!hasError) {
            line.text("error", thrown.getMessage() == null ? thrown.getClassName() : thrown.getMessage());
        }
        line.text("stacktrace", ThrowableProxyUtil.asString(thrown).strip());
    }

    private static Instant time(ILoggingEvent event) {
        return event.getInstant() == null ? Instant.ofEpochMilli(event.getTimeStamp()) : event.getInstant();
    }

    private static String level(ILoggingEvent event) {
        if (isFatal(event)) {
            return "fatal";
        }
        return switch (event.getLevel().toInt()) {
            case Level.ERROR_INT -> "error";
            case Level.WARN_INT -> "warn";
            case Level.INFO_INT -> "info";
            default -> "debug";
        };
    }

    static boolean isFatal(ILoggingEvent event) {
        return event.getMarkerList() != null && event.getMarkerList().stream().map(Marker::getName).anyMatch(FATAL_MARKER::equals);
    }

    /** Last package, file and line, such as {@code wal/Segment.java:120}. */
    private static String caller(ILoggingEvent event) {
        StackTraceElement[] frames = event.getCallerData();
        if (frames == null || frames.length == 0 || frames[0].getFileName() == null) {
            return "";
        }
        String type = frames[0].getClassName();
        int end = type.lastIndexOf('.');
        String place = end < 0 ? "" : type.substring(type.lastIndexOf('.', end - 1) + 1, end) + "/";
        return place + frames[0].getFileName() + ":" + frames[0].getLineNumber();
    }
}
