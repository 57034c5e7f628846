package io.tenon.corruption;

import io.tenon.api.NodeControl;
import io.tenon.api.Slot;
import io.tenon.api.config.CorruptionChecks;
import io.tenon.api.config.NodeConfig;
import io.tenon.api.kv.KeyValues;
import io.tenon.api.loop.Loop;
import io.tenon.api.loop.LoopHandle;
import io.tenon.api.loop.LoopHost;
import io.tenon.api.loop.LoopRole;
import io.tenon.api.proposal.Proposals;
import io.tenon.spi.node.StartCheck;
import io.tenon.spi.transport.LocalMember;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Runs the comparisons of members that the configuration asks for, each in a loop; without any there is none. */
@Component(service = StartCheck.class, immediate = true)
public final class CorruptionMonitor implements StartCheck {
    /** What a request may take beside two elections, as in etcd. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final LoopHost host;
    private final List<LoopHandle> loops = new ArrayList<>();
    private final Optional<Initial> initial;

    /** The comparison before serving, and its loop. */
    private record Initial(InitialCheck check, LoopHandle loop) {
    }

    @Activate
    public CorruptionMonitor(@Reference(target = Slot.TARGET) KeyValues keys, @Reference(target = Slot.TARGET) Proposals proposals,
                             @Reference(target = Slot.TARGET) PeerCalls calls, @Reference(target = Slot.TARGET) PeerBook book,
                             @Reference(target = Slot.TARGET) LoopHost host, @Reference(target = Slot.TARGET) NodeControl node,
                             @Reference LocalMember self, @Reference NodeConfig config) {
        this.host = host;
        CorruptionChecks checks = CorruptionChecks.of(config.flags());
        HashQuestions.Services services = new HashQuestions.Services(keys, calls, book);
        Duration limit = PATIENCE.plus(config.timing().election().multipliedBy(2));
        Suspects suspects = Suspects.of(config.compat());
        if (checks.period().isPositive()) {
            HashQuestions questions = new HashQuestions(services, self);
            start("corruption-check", new PeriodicCheck(proposals, questions, checks.period(), suspects), questions);
        }
        if (checks.compactionPeriod().isPositive()) {
            HashQuestions questions = new HashQuestions(services, self);
            start("compaction-check", new CompactionCheck(proposals, questions, checks.compactionPeriod(),
                    new CompactionCheck.Manner(keys::compactionHashes, suspects, limit)), questions);
        }
        initial = checks.initial() ? Optional.of(startInitial(new HashQuestions(services, self), limit, node)) : Optional.empty();
    }

    private Initial startInitial(HashQuestions questions, Duration limit, NodeControl node) {
        InitialCheck check = new InitialCheck(questions, limit, node::fail);
        return new Initial(check, start("initial-corruption-check", check, questions));
    }

    private LoopHandle start(String name, Loop check, HashQuestions questions) {
        LoopHandle handle = host.attach(LoopRole.WATCH, name, check);
        questions.onWork(handle::wake);
        loops.add(handle);
        return handle;
    }

    /** Bounded by the limit of each question, one after the other for each address that a member has. */
    @Override
    public boolean passed() {
        initial.ifPresent(now -> {
            now.check.begin();
            now.loop.wake();
        });
        return initial.map(now -> now.check.passed()).orElse(true);
    }

    @Deactivate
    void deactivate() {
        loops.forEach(LoopHandle::close);
    }
}
