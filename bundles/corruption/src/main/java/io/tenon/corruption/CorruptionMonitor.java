package io.tenon.corruption;

import io.tenon.api.Slot;
import io.tenon.api.config.CorruptionChecks;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerCalls;
import java.time.Duration;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Runs the comparison of members when the configuration asks for it; otherwise there is no loop. */
@Component(service = CorruptionMonitor.class, immediate = true)
public final class CorruptionMonitor {
    private final Optional<LoopHandle> loop;

    @Activate
    public CorruptionMonitor(@Reference(target = Slot.TARGET) KeyValues keys, @Reference(target = Slot.TARGET) Proposals proposals,
                             @Reference(target = Slot.TARGET) PeerCalls calls, @Reference(target = Slot.TARGET) PeerBook book,
                             @Reference(target = Slot.TARGET) LoopHost host, @Reference LocalMember self, @Reference NodeConfig config) {
        Duration period = CorruptionChecks.of(config.flags()).period();
        loop = period.isPositive() ? Optional.of(start(host, new PeriodicCheck(new PeriodicCheck.Services(keys, proposals, calls, book), self,
                period))) : Optional.empty();
    }

    private static LoopHandle start(LoopHost host, PeriodicCheck check) {
        LoopHandle handle = host.attach(LoopRole.WATCH, "corruption-check", check);
        check.onWork(handle::wake);
        return handle;
    }

    @Deactivate
    void deactivate() {
        loop.ifPresent(LoopHandle::close);
    }
}
