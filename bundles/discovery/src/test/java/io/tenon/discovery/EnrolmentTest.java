package io.tenon.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tenon.spi.discovery.ClusterDiscovery.Registration;
import io.tenon.spi.discovery.DiscoveryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EnrolmentTest {
    private static final Registration A = new Registration(0xaL, "a=http://a:1,a=http://a:2");
    private static final Registration B = new Registration(0xbL, "b=http://b:1");
    private final HandRegistry registry = new HandRegistry();
    private final List<Duration> pauses = new ArrayList<>();

    private String enrol(Registration self) throws DiscoveryException, InterruptedException {
        return enrol(self, pauses::add);
    }

    private String enrol(Registration self, Pauses whileWaiting) throws DiscoveryException, InterruptedException {
        return new Enrolment(registry, whileWaiting, "t").enrol(self);
    }

    private String refusal(Registration self) {
        return assertThrows(DiscoveryException.class, () -> enrol(self)).getMessage();
    }

    @Test
    void aMemberRegistersAndGoesOnWhenTheOthersAreThere() throws Exception {
        registry.with("_config/size", "3").with("members/ffff", "f=http://f:1");
        Pauses comesAtTheSecondLook = time -> {
            pauses.add(time);
            if (pauses.size() == 2) {
                registry.with("members/1", "g=http://g:1");
            }
        };
        assertEquals("f=http://f:1,b=http://b:1,g=http://g:1", enrol(B, comesAtTheSecondLook));
        assertEquals(List.of(HandRegistry.ROOT + "members/b"), registry.puts());
        assertEquals(List.of(Enrolment.LOOK, Enrolment.LOOK), pauses);
    }

    @Test
    void aMemberThatIsAloneNeedsNobody() throws Exception {
        registry.with("_config/size", "1");
        assertEquals(A.entry(), enrol(A));
        assertEquals(List.of(), pauses);
    }

    @Test
    void whoComesLaterIsRefusedAndLeavesNoTrace() {
        registry.with("_config/size", "1").with("members/a", A.entry());
        assertEquals("discovery: cluster is full", refusal(B));
        assertEquals(List.of(), registry.puts());
    }

    @Test
    void whoIsOvertakenIsRefused() {
        registry.with("_config/size", "1");
        registry.beforePut(_ -> registry.with("members/a", A.entry()));
        assertEquals("discovery: cluster is full", refusal(B));
    }

    @Test
    void aMemberThatRegisteredBeforeCountsOnceAndKeepsItsPlace() throws Exception {
        registry.with("_config/size", "2").with("members/b", B.entry()).with("members/a", A.entry()).with("members/9", "late=http://l:1");
        assertEquals(B.entry() + "," + A.entry(), enrol(B));
        assertEquals(B.entry() + "," + A.entry(), enrol(A));
        assertEquals(List.of(), registry.puts());
    }

    @Test
    void anEarlierRegistrationUnderAnotherNameIsCorrectedWhileOthersAreMissing() throws Exception {
        registry.with("_config/size", "2").with("members/b", "old=http://b:1");
        assertEquals(B.entry() + "," + A.entry(), enrol(B, _ -> registry.with("members/a", A.entry())));
    }

    @Test
    void sizeThatIsMissingOrNoNumberIsRefused() {
        assertTrue(refusal(A).startsWith("discovery: size key not found"), refusal(A));
        for (String size : List.of("", "three", "0", "-1", "3.0", "99999999999")) {
            registry.with("_config/size", size);
            assertTrue(refusal(A).startsWith("discovery: size key is bad"), size);
        }
        assertEquals(List.of(), registry.puts());
    }

    @Test
    void anotherTokenIsAnotherCluster() {
        registry.with("_config/size", "1");
        assertEquals(Optional.empty(), registry.get("/_etcd/registry/u/_config/size"));
        assertThrows(DiscoveryException.class, () -> new Enrolment(registry, pauses::add, "u").enrol(A));
    }
}
