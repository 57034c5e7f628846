package io.tenon.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.FlagKind.Malformed;
import java.time.Duration;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlagNotationTest {

    @Test
    void durationsAreGos() throws Malformed {
        assertEquals(Duration.ofMinutes(90), GoDuration.parse("1h30m"));
        assertEquals(Duration.ofMinutes(90), GoDuration.parse("1.5h"));
        assertEquals(Duration.ofMillis(100), GoDuration.parse("100ms"));
        assertEquals(Duration.ofNanos(1_500), GoDuration.parse("1.5µs"));
        assertEquals(Duration.ofSeconds(-5), GoDuration.parse("-5s"));
        assertEquals(Duration.ofMillis(500), GoDuration.parse(".5s"));
        assertEquals(Duration.ZERO, GoDuration.parse("0"));
        for (String none : List.of("", "5", "s", "5 s", "1h30", "five", "9223372036855s", ".s", "-")) {
            assertThrows(Malformed.class, () -> GoDuration.parse(none), none);
        }
    }

    @Test
    void numbersAreGos() throws Malformed {
        assertEquals(12, FlagKind.number("12"));
        assertEquals(12, FlagKind.number("0x0c"));
        assertEquals(12, FlagKind.number("014"));
        assertEquals(12, FlagKind.number("0o14"));
        assertEquals(12, FlagKind.number("0b1100"));
        assertEquals(-1_000, FlagKind.number("-1_000"));
        assertEquals(0, FlagKind.number("0"));
        assertEquals(Long.MAX_VALUE, FlagKind.number("18446744073709551615"));
        for (String none : List.of("", "-", "0x", "1e3", "1 ", "--1", "09", "1__0", "_1")) {
            assertThrows(Malformed.class, () -> FlagKind.number(none), none);
        }
    }

    @Test
    void booleansAreGos() throws Malformed {
        for (String yes : List.of("1", "t", "T", "true", "TRUE", "True")) {
            assertTrue(FlagKind.bool(yes));
        }
        for (String no : List.of("0", "f", "F", "false", "FALSE", "False")) {
            assertFalse(FlagKind.bool(no));
        }
        assertThrows(Malformed.class, () -> FlagKind.bool("yes"));
    }

    @Test
    void urlsAreSortedAndUnique() throws Malformed {
        assertEquals("[http://a:1, http://b:1]", UrlList.parse("http://b:1, http://a:1,http://b:1").toString());
        assertEquals("::1", UrlList.host(UrlList.parse("http://[::1]:1").getFirst()));
        assertEquals("my_host", UrlList.host(UrlList.parse("http://my_host:1").getFirst()));
        assertThrows(Malformed.class, () -> UrlList.parse("http://a:1,"));
        assertThrows(Malformed.class, () -> UrlList.parseCluster("a=http://a:1,b"));
    }

    @Test
    void addressOfAUrlIsReadAsItIsWritten() {
        assertEquals(Optional.of(new UrlAddress("etcd_1", 2380)), UrlAddress.of(URI.create("http://etcd_1:2380")));
        assertEquals(Optional.of(new UrlAddress("::1", 0)), UrlAddress.of(URI.create("https://[::1]:0")));
        assertEquals(Optional.of(new UrlAddress("10.0.0.1", 65_535)), UrlAddress.of(URI.create("http://user@10.0.0.1:65535")));
        for (String none : List.of("http://a", "http://:2380", "http://a:65536", "http://a:http", "unix:///run/a.sock", "unix://a", "mailto:a@b")) {
            assertEquals(Optional.empty(), UrlAddress.of(URI.create(none)), none);
        }
    }

    @Test
    void everyDefaultIsReadable() throws Malformed {
        for (Compat compat : Compat.values()) {
            for (Flag flag : FlagTable.of(compat).values()) {
                if (flag.standing() != Flag.Standing.LEGACY) {
                    flag.kind().check(flag.defaultValue());
                }
            }
        }
    }
}
