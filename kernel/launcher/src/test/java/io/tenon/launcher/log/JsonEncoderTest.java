package io.tenon.launcher.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import org.slf4j.helpers.BasicMarkerFactory;

class JsonEncoderTest {

    private final LoggerContext logback = new LoggerContext();

    @Test
    void lineHasEtcdsKeysInEtcdsOrder() {
        var event = event(Level.INFO, "ready to serve client requests");
        event.setInstant(Instant.parse("2026-01-02T03:04:05.123456789Z"));
        event.setCallerData(new StackTraceElement[] {new StackTraceElement("io.tenon.wal.Segment", "open", "Segment.java", 120)});
        assertEquals("{\"level\":\"info\",\"ts\":\"2026-01-02T03:04:05.123456Z\",\"logger\":\"io.tenon.x\",\"caller\":\"wal/Segment.java:120\","
                + "\"msg\":\"ready to serve client requests\"}\n", text(event));
    }

    @Test
    void microsecondsAreAlwaysSixDigits() {
        var event = event(Level.INFO, "x");
        event.setInstant(Instant.parse("2026-01-02T03:04:05Z"));
        assertEquals("2026-01-02T03:04:05.000000Z", json(event).get("ts").getAsString());
    }

    @Test
    void trailingPairsBecomeFieldsOfTheirKind() {
        JsonObject line = json(event(Level.WARN, "slow took-ms=120 ratio=0.5 ok=false member=8211f1d0f64f3269 id=1234567890123456 n=\"7\""));
        assertEquals("slow", line.get("msg").getAsString());
        assertEquals("warn", line.get("level").getAsString());
        assertEquals("120", line.get("took-ms").toString());
        assertEquals("0.5", line.get("ratio").toString());
        assertEquals("false", line.get("ok").toString());
        assertEquals("\"8211f1d0f64f3269\"", line.get("member").toString());
        assertEquals("\"1234567890123456\"", line.get("id").toString());
        assertEquals("\"7\"", line.get("n").toString());
    }

    @Test
    void everyMessageIsOneLineOfValidJson() {
        String nasty = "a \"quote\" \\ back\nnew\ttab \u0001 \u007f ü € \ud83d\ude00 lone \ud800";
        String text = text(event(Level.ERROR, nasty));
        assertEquals(text.length() - 1, text.indexOf('\n'));
        assertEquals(nasty, JsonParser.parseString(text).getAsJsonObject().get("msg").getAsString());
    }

    @Test
    void exceptionIsErrorAndStackTrace() {
        var event = new LoggingEvent("", logback.getLogger("io.tenon.x"), Level.ERROR, "failed", new IllegalStateException("disk"), null);
        JsonObject line = json(event);
        assertEquals("disk", line.get("error").getAsString());
        assertTrue(line.get("stacktrace").getAsString().contains("exceptionIsErrorAndStackTrace"));
        var own = new LoggingEvent("", logback.getLogger("io.tenon.x"), Level.ERROR, "failed error=mine", new IllegalStateException(), null);
        assertEquals("mine", json(own).get("error").getAsString());
    }

    @Test
    void keyValuePairsOfSlf4jAreFields() {
        var event = event(Level.DEBUG, "x");
        event.setKeyValuePairs(List.of(new KeyValuePair("count", 7), new KeyValuePair("text", "7")));
        assertEquals("7", json(event).get("count").toString());
        assertEquals("\"7\"", json(event).get("text").toString());
        assertEquals("debug", json(event).get("level").getAsString());
    }

    @Test
    void markedLineIsFatal() {
        var event = event(Level.ERROR, "x");
        event.addMarker(new BasicMarkerFactory().getMarker(JsonEncoder.FATAL_MARKER));
        assertEquals("fatal", json(event).get("level").getAsString());
    }

    private LoggingEvent event(Level level, String message) {
        return new LoggingEvent("", logback.getLogger("io.tenon.x"), level, message, null, null);
    }

    private static String text(LoggingEvent event) {
        return new String(new JsonEncoder().encode(event), StandardCharsets.UTF_8);
    }

    private static JsonObject json(LoggingEvent event) {
        return JsonParser.parseString(text(event)).getAsJsonObject();
    }
}
