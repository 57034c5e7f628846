package io.tenon.api.v2;

import java.util.Optional;

/**
 * What a request did, or found.
 *
 * @param action   {@code get}, {@code create}, {@code set}, {@code update}, {@code delete}, {@code compareAndSwap},
 *                 {@code compareAndDelete} or {@code expire}
 * @param node     as it is now; of one that was deleted only its key and indexes
 * @param previous as it was before, if there was one
 */
public record V2Event(String action, V2Node node, Optional<V2Node> previous, long index) implements V2Result {
}
