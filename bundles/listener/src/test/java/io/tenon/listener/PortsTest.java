package io.tenon.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tenon.api.config.NodeConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {

    private static String text(String url) throws PortException {
        return Ports.text(Ports.addresses(List.of(URI.create(url))).getFirst());
    }

    @Test
    void addressesAreWrittenAsEtcdWritesThem() throws Exception {
        assertEquals("127.0.0.1:2379", text("http://127.0.0.1:2379"));
        assertEquals("0.0.0.0:1", text("http://0.0.0.0:1"));
        assertEquals("[0:0:0:0:0:0:0:1]:2379", text("http://[::1]:2379"));
    }

    @Test
    void whatCannotBeListenedOnIsOneClearLine() {
        assertEquals("cannot listen on https://127.0.0.1:2379: this version serves clients over http alone, without TLS",
                assertThrows(PortException.class, () -> text("https://127.0.0.1:2379")).getMessage());
        assertEquals("listen tcp: lookup no.such.host.invalid: no such host",
                assertThrows(PortException.class, () -> text("http://no.such.host.invalid:2379")).getMessage());
    }

    @Test
    void aSmallHeapAllowsFewerCallsOnAConnectionThanALargeOne() {
        var limits = new NodeConfig.Limits(128, 1_572_864, 4_294_967_295L, Duration.ofSeconds(5), Duration.ofHours(2), Duration.ofSeconds(20));
        var settings = new PortSettings(List.of(), limits, 1, PortSettings.NEGOTIATION_TIMEOUT, new HttpSettings(Duration.ZERO, Set.of(), Set.of()));
        assertEquals(16_384, settings.mostStreams(256L << 20));
        assertEquals(131_072, settings.mostStreams(2L << 30));
        assertEquals(1000, settings.mostStreams(1 << 20));
    }
}
