package io.tenon.auth;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Simple tokens: who holds one is its user, until it was not used for a while. They are in memory alone, on every member the same, because they come
 * with entries. Owned by the apply loop.
 */
final class Tokens {
    /** Beyond it the one that was not used for the longest time is dropped. */
    static final int MOST = 262_144;

    private final long ttlNanos;
    /** By use, the longest ago first: all live equally long, so deadlines ascend. */
    private final LinkedHashMap<String, Held> held = new LinkedHashMap<>(16, 0.75f, true);

    private record Held(String user, long deadlineNanos) {
    }

    Tokens(long ttlNanos) {
        this.ttlNanos = ttlNanos;
    }

    void assign(String token, String user, long nowNanos) {
        if (held.size() == MOST) {
            held.remove(held.firstEntry().getKey());
        }
        held.put(token, new Held(user, nowNanos + ttlNanos));
    }

    /** The user of a token, which lives on from now. */
    Optional<String> use(String token, long nowNanos) {
        Held one = held.get(token);
        if (one == null || nowNanos - one.deadlineNanos >= 0) {
            return Optional.empty();
        }
        held.put(token, new Held(one.user, nowNanos + ttlNanos));
        return Optional.of(one.user);
    }

    void sweep(long nowNanos) {
        Iterator<Held> oldest = held.values().iterator();
        while (oldest.hasNext() && nowNanos - oldest.next().deadlineNanos >= 0) {
            oldest.remove();
        }
    }

    void dropOf(String user) {
        held.values().removeIf(one -> one.user.equals(user));
    }

    void clear() {
        held.clear();
    }

    int size() {
        return held.size();
    }

    /** Token, user and deadline of each, for a newer version of the bundle. */
    List<List<Object>> toLists() {
        List<List<Object>> lists = new ArrayList<>();
        for (Map.Entry<String, Held> one : held.entrySet()) {
            lists.add(List.of(one.getKey(), one.getValue().user, one.getValue().deadlineNanos));
        }
        return lists;
    }

    void load(List<?> lists) {
        for (Object list : lists) {
            List<?> one = (List<?>) list;
            held.put((String) one.get(0), new Held((String) one.get(1), (Long) one.get(2)));
        }
    }
}
