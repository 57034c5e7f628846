package io.tenon.mvcc.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The index as one would write it without thinking of speed. Keys are Latin-1 strings, so that string order is byte order. */
final class SlowIndex {
    private final TreeMap<String, List<Rev>> keys = new TreeMap<>();

    record Rev(long main, long sub, long created, long version, boolean tombstone) {
        RevisionRow row() {
            return new RevisionRow(main, sub, tombstone);
        }
    }

    SlowIndex copy() {
        SlowIndex copy = new SlowIndex();
        keys.forEach((key, revs) -> copy.keys.put(key, new ArrayList<>(revs)));
        return copy;
    }

    Rev put(String key, long main, long sub) {
        Rev last = last(key);
        Rev next = last == null || last.tombstone ? new Rev(main, sub, main, 1, false)
                : new Rev(main, sub, last.created, last.version + 1, false);
        keys.computeIfAbsent(key, k -> new ArrayList<>()).add(next);
        return next;
    }

    boolean remove(String key, long main, long sub) {
        Rev last = last(key);
        if (last == null || last.tombstone) {
            return false;
        }
        keys.get(key).add(new Rev(main, sub, last.created, last.version, true));
        return true;
    }

    private Rev last(String key) {
        List<Rev> revs = keys.get(key);
        return revs == null || revs.isEmpty() ? null : revs.getLast();
    }

    /** The version of a key at a revision, or null. */
    Rev find(String key, long at) {
        List<Rev> revs = keys.getOrDefault(key, List.of());
        for (int i = revs.size() - 1; i >= 0; i--) {
            if (revs.get(i).main <= at) {
                return revs.get(i).tombstone ? null : revs.get(i);
            }
        }
        return null;
    }

    Map<String, Rev> range(String from, String to, long at) {
        Map<String, Rev> found = new LinkedHashMap<>();
        keys.forEach((key, revs) -> {
            boolean inside = key.compareTo(from) >= 0 && (to.isEmpty() || key.compareTo(to) < 0);
            Rev rev = inside ? find(key, at) : null;
            if (rev != null) {
                found.put(key, rev);
            }
        });
        return found;
    }

    List<RevisionRow> revisions(String key) {
        return keys.getOrDefault(key, List.of()).reversed().stream().map(Rev::row).toList();
    }

    Set<String> allKeys() {
        return keys.keySet();
    }

    /** Forgets what no reader at this revision or above sees, and returns it. */
    Set<RevisionRow> compact(long revision) {
        Set<RevisionRow> dropped = new TreeSet<>(Comparator.comparingLong(RevisionRow::main).thenComparingLong(RevisionRow::sub));
        for (List<Rev> revs : keys.values()) {
            int newest = -1;
            for (int i = 0; i < revs.size(); i++) {
                newest = revs.get(i).main <= revision ? i : newest;
            }
            boolean stays = newest >= 0 && !(revs.get(newest).tombstone && revs.get(newest).main < revision);
            List<Rev> old = revs.subList(0, stays ? newest : newest + 1);
            old.forEach(rev -> dropped.add(rev.row()));
            old.clear();
        }
        keys.values().removeIf(List::isEmpty);
        return dropped;
    }
}
