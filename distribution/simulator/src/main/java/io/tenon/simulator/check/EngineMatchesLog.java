package io.tenon.simulator.check;

import io.tenon.simulator.Violation;

/** What an engine holds is what the entries up to its applied index give: index and data go together. Source: DESIGN, recovery rules. */
public final class EngineMatchesLog {
    private final History history;

    public EngineMatchesLog(History history) {
        this.history = history;
    }

    /** A process has restored its state from an engine that has applied up to this index. */
    public void restored(long member, long appliedIndex, long revision) {
        long expected = history.revisionAt(appliedIndex);
        if (revision != expected) {
            throw new Violation("EngineMatchesLog", "member %x restores revision %d from an engine at index %d, which gives revision %d".formatted(member,
                    revision, appliedIndex, expected));
        }
    }
}
