package io.tenon.launcher.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.api.config.BadFlagException;
import io.tenon.api.config.Flags;
import io.tenon.api.config.NodeConfig;
import io.tenon.launcher.discovery.SrvRecords.Target;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Members from SRV records, asked of a name server on this machine. */
final class SrvDiscoveryTest {
    private static final UnaryOperator<String> HOSTS = host -> Map.of("a.example.com", "10.0.0.1", "b.example.com", "10.0.0.2",
            "b_2.example.com", "10.0.0.2").getOrDefault(host, host);

    private static NodeConfig config(Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(Map.of("name", "me", "discovery-srv", "example.com", "initial-advertise-peer-urls",
                "http://10.0.0.2:2380", "listen-peer-urls", "http://10.0.0.2:2380"));
        flags.putAll(more);
        return Flags.parse(flags);
    }

    private static Map<String, List<URI>> discover(Map<String, List<Target>> records, NodeConfig config) throws Exception {
        try (HandDns dns = new HandDns(records)) {
            NodeConfig discovered = new SrvDiscovery(dns.client(), HOSTS).discover(config);
            assertFalse(SrvDiscovery.isAskedFor(discovered));
            return discovered.bootstrap().initialCluster();
        }
    }

    @Test
    void theTargetAtTheAdvertisedAddressIsThisMember() throws Exception {
        assertEquals(Map.of("0", List.of(URI.create("http://a.example.com:2380")), "me", List.of(URI.create("http://b.example.com:2380"))),
                discover(Map.of("_etcd-server._tcp.example.com", List.of(new Target("a.example.com", 2380), new Target("b.example.com", 2380))),
                        config(Map.of())));
    }

    @Test
    void aTargetWithAnUnderscoreIsOneLikeAnyOther() throws Exception {
        assertEquals(Map.of("me", List.of(URI.create("http://b_2.example.com:2380"))),
                discover(Map.of("_etcd-server._tcp.example.com", List.of(new Target("b_2.example.com", 2380))), config(Map.of())));
    }

    @Test
    void targetsOfBothServicesAreMembersAndTheSecureOnesComeFirst() throws Exception {
        assertEquals(List.of("0", "me"), List.copyOf(discover(Map.of(
                "_etcd-server-ssl._tcp.example.com", List.of(new Target("a.example.com", 2380)),
                "_etcd-server._tcp.example.com", List.of(new Target("b.example.com", 2380))), config(Map.of())).keySet()));
    }

    @Test
    void aSuffixNamesOneOfSeveralClustersOfADomain() throws Exception {
        var records = Map.of("_etcd-server._tcp.example.com", List.of(new Target("a.example.com", 1)),
                "_etcd-server-blue._tcp.example.com", List.of(new Target("b.example.com", 2380)));
        assertEquals(List.of("me"), List.copyOf(discover(records, config(Map.of("discovery-srv-name", "blue"))).keySet()));
    }

    @Test
    void aDomainWithoutRecordsIsRefusedWithBothNames() {
        String text = assertThrows(BadFlagException.class, () -> discover(Map.of(), config(Map.of()))).getMessage();
        assertTrue(text.contains("_etcd-server-ssl._tcp.example.com") && text.contains("_etcd-server._tcp.example.com"), text);
    }
}
