package io.tenon.watch;

import io.tenon.api.watch.WatchReply;
import java.util.List;

/**
 * A stream between two engines.
 *
 * @param owed            answers the client did not get yet
 * @param progressTargets of progress requests that are not answered
 * @param requests        that the older engine did not look at; may be added to until it is given away
 */
record ParkedStream(ClientStream stream, long nextId, List<ParkedWatcher> watchers, List<WatchReply> owed, List<Long> progressTargets,
                    List<StreamRequest> requests) {
}
