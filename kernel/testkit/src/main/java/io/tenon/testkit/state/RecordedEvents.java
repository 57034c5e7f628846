package io.tenon.testkit.state;

import io.tenon.spi.state.Change;
import io.tenon.spi.state.EventPort;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told, and checks that revisions ascend and are published only after they changed something. */
public final class RecordedEvents implements EventPort {
    private final List<Revision> revisions = new ArrayList<>();
    private long published;

    /** One call of {@link #changed}. */
    public record Revision(long revision, List<Change> changes) {
    }

    public List<Revision> revisions() {
        return List.copyOf(revisions);
    }

    /** The last revision that was said to be visible. */
    public long published() {
        return published;
    }

    @Override
    public void changed(long revision, List<Change> changes) {
        if (!revisions.isEmpty() && revisions.getLast().revision() >= revision) {
            throw new IllegalStateException("revision " + revision + " after " + revisions.getLast().revision());
        }
        if (changes.isEmpty()) {
            throw new IllegalStateException("revision " + revision + " without a change");
        }
        revisions.add(new Revision(revision, List.copyOf(changes)));
    }

    @Override
    public void published(long revision) {
        published = revision;
    }
}
