package io.tenon.chaos.history;

import java.util.List;
import java.util.Map;

/**
 * All that is known of one round: from a moment of rest at a revision to another one.
 *
 * @param base         revision at the beginning
 * @param start        what was there then, by key
 * @param end          revision at the end
 * @param finish       what was there then
 * @param operations   of all clients in between
 * @param undecided    writes of the round before of which nobody knows whether they still come
 */
public record Evidence(long base, Map<String, Row> start, long end, Map<String, Row> finish, List<Operation> operations,
                       List<Operation> undecided, List<Watched> watchers, List<LeaseLife> leases) {
}
