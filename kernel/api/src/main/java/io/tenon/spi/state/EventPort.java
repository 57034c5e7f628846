package io.tenon.spi.state;

import java.util.List;

/** Takes what was changed to those who watch. Called on the apply loop; returns at once and never throws. */
public interface EventPort {

    /** The changes of one revision, in order of their sub-revision. */
    void changed(long revision, List<Change> changes);

    /** The revisions so far are visible to readers: watchers may be told. Called once after each batch of entries. */
    void published(long revision);
}
