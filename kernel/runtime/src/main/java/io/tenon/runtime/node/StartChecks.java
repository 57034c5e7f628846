package io.tenon.runtime.node;

import io.tenon.api.config.CorruptionChecks;
import io.tenon.spi.node.StartCheck;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Whether every bundle that has a say lets the node serve. A node whose configuration asks for no check waits for nobody; one that asks waits
 * a while for the bundle that makes it, which may be deployed after everything else, and then stops: to serve unchecked is what was asked not to
 * happen. The lifecycle thread's.
 */
final class StartChecks {
    static final long PROVIDER_AWAITED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final CorruptionChecks wanted;
    private final Supplier<List<StartCheck>> present;
    private final Consumer<String> fail;
    private OptionalLong awaitedSinceNanos = OptionalLong.empty();

    StartChecks(CorruptionChecks wanted, Supplier<List<StartCheck>> present, Consumer<String> fail) {
        this.wanted = wanted;
        this.present = present;
        this.fail = fail;
    }

    boolean passed(long nowNanos) {
        List<StartCheck> checks = present.get();
        if (checks.isEmpty() && wanted.initial()) {
            await(nowNanos);
            return false;
        }
        awaitedSinceNanos = OptionalLong.empty();
        // All of them begin before any is waited for.
        return checks.stream().filter(check -> !check.passed()).count() == 0;
    }

    private void await(long nowNanos) {
        if (awaitedSinceNanos.isEmpty()) {
            awaitedSinceNanos = OptionalLong.of(nowNanos);
        }
        if (nowNanos - awaitedSinceNanos.getAsLong() >= PROVIDER_AWAITED_NANOS) {
            fail.accept("the configuration asks to compare this member with the others before it serves, and no bundle that does it is deployed");
        }
    }
}
