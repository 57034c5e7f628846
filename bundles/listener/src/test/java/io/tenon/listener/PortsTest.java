package io.tenon.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.List;
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
}
