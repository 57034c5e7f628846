package io.tenon.simulator.check;

import io.tenon.api.consensus.ConfState;
import java.util.Optional;
import java.util.TreeMap;

/** Whoever has applied up to an index goes by the same configuration, also after a restart or from a snapshot. Source: thesis, chapter 4. */
public final class ConfigurationsAgree implements Invariant {
    private final long bootstrapped;
    private final TreeMap<Long, ConfState> known = new TreeMap<>();

    /** @param bootstrapped the first entries, whose outcome members of the beginning know before they apply them */
    public ConfigurationsAgree(int bootstrapped) {
        this.bootstrapped = bootstrapped;
    }

    @Override
    public void configured(long member, long index, ConfState configuration) {
        if (index >= bootstrapped) {
            require(member, index, configuration, known.computeIfAbsent(index, at -> configuration));
        }
    }

    /** Everything up to there was applied by somebody, so the change that made it is known. */
    @Override
    public void resumed(long member, long index, ConfState configuration) {
        if (index >= bootstrapped) {
            Optional.ofNullable(known.floorEntry(index)).ifPresent(change -> require(member, index, configuration, change.getValue()));
        }
    }

    private void require(long member, long index, ConfState configuration, ConfState expected) {
        if (!configuration.equals(expected)) {
            throw violated("member %x goes by %s at index %d, where others go by %s".formatted(member, configuration, index, expected));
        }
    }
}
