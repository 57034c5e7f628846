package io.tenon.watch;

import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a client asked for.
 *
 * @param startRevision as requested; 0 for "after the current revision"
 * @param traits        never changed
 */
record WatcherSpec(long id, KeyRange range, long startRevision, Set<Trait> traits) {

    /** Names are kept in handed-over state: add, never rename. */
    enum Trait { NO_PUT, NO_DELETE, PREVIOUS, PROGRESS_NOTIFY, FRAGMENT }

    static WatcherSpec of(long id, WatchCreateRequest request) {
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        if (request.getFiltersList().contains(WatchCreateRequest.FilterType.NOPUT)) {
            traits.add(Trait.NO_PUT);
        }
        if (request.getFiltersList().contains(WatchCreateRequest.FilterType.NODELETE)) {
            traits.add(Trait.NO_DELETE);
        }
        if (request.getPrevKv()) {
            traits.add(Trait.PREVIOUS);
        }
        if (request.getProgressNotify()) {
            traits.add(Trait.PROGRESS_NOTIFY);
        }
        if (request.getFragment()) {
            traits.add(Trait.FRAGMENT);
        }
        return new WatcherSpec(id, KeyRange.of(request.getKey(), request.getRangeEnd()), request.getStartRevision(), traits);
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }
}
