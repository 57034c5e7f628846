package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.api.Refusals;
import io.tenon.api.kv.KeyHistory;
import io.tenon.spi.state.Change;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A keyspace as a list of revisions. What is committed is applied; what is published is seen by readers. */
final class FakeKeyspace implements KeyHistory {
    /** A fresh store is at revision 1. */
    private static final long FIRST = 1;
    private final List<Revision> revisions = new ArrayList<>();
    private final Map<ByteString, TreeMap<Long, Optional<KeyValue>>> values = new HashMap<>();
    private long published = FIRST;
    private long compacted = -1;
    private boolean away;
    private int reads;
    private int lookups;

    /** One operation of a transaction; an empty value deletes. */
    record Op(String key, Optional<String> value) {
        static Op put(String key, String value) {
            return new Op(key, Optional.of(value));
        }

        static Op delete(String key) {
            return new Op(key, Optional.empty());
        }
    }

    /** Applies operations on different keys in one revision. Empty when nothing was changed. */
    Optional<Revision> commit(List<Op> ops) {
        long revision = committed() + 1;
        List<Change> changes = new ArrayList<>();
        for (Op op : ops) {
            change(op, revision).ifPresent(changes::add);
        }
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        Revision added = new Revision(revision, List.copyOf(changes));
        revisions.add(added);
        return Optional.of(added);
    }

    private Optional<Change> change(Op op, long revision) {
        ByteString key = ByteString.copyFromUtf8(op.key);
        TreeMap<Long, Optional<KeyValue>> past = values.computeIfAbsent(key, k -> new TreeMap<>());
        Optional<KeyValue> old = past.isEmpty() ? Optional.empty() : past.lastEntry().getValue();
        if (op.value.isEmpty()) {
            if (old.isEmpty()) {
                return Optional.empty();
            }
            past.put(revision, Optional.empty());
            KeyValue gone = KeyValue.newBuilder().setKey(key).setModRevision(revision).build();
            return Optional.of(new Change(Change.Type.DELETE, key, gone.toByteString(), false));
        }
        KeyValue kv = KeyValue.newBuilder().setKey(key).setCreateRevision(old.map(KeyValue::getCreateRevision).orElse(revision))
                .setModRevision(revision).setVersion(old.map(KeyValue::getVersion).orElse(0L) + 1)
                .setValue(ByteString.copyFromUtf8(op.value.get())).build();
        past.put(revision, Optional.of(kv));
        return Optional.of(new Change(Change.Type.PUT, key, kv.toByteString(), old.isEmpty()));
    }

    long committed() {
        return FIRST + revisions.size();
    }

    void publish() {
        published = committed();
    }

    /** History is being replaced: reads are refused after a wait. */
    void away(boolean isAway) {
        away = isAway;
    }

    private void checkHere() {
        if (away) {
            throw Refusals.REQUEST_TIMED_OUT.asException();
        }
    }

    void compact(long revision) {
        compacted = revision;
    }

    /** The changes of all revisions {@code [from, to)}. */
    List<Revision> between(long from, long to) {
        int first = Math.clamp(from - FIRST - 1, 0, revisions.size());
        int end = Math.clamp(to - FIRST - 1, first, revisions.size());
        return revisions.subList(first, end);
    }

    /** What a key held before a revision, compacted or not. */
    Optional<KeyValue> before(ByteString key, long revision) {
        Map.Entry<Long, Optional<KeyValue>> entry = values.get(key).lowerEntry(revision);
        return entry == null ? Optional.empty() : entry.getValue();
    }

    /** What readers see. */
    long visible() {
        return published;
    }

    long compacted() {
        return compacted;
    }

    int reads() {
        return reads;
    }

    int lookups() {
        return lookups;
    }

    @Override
    public long revision() {
        checkHere();
        return published;
    }

    @Override
    public long compactRevision() {
        checkHere();
        return compacted;
    }

    @Override
    public Page read(long fromRevision, int mostRevisions, long mostBytes) {
        checkHere();
        reads++;
        if (fromRevision < compacted) {
            throw Refusals.COMPACTED.asException();
        }
        long end = Math.min(published + 1, Math.max(fromRevision, FIRST + 1) + mostRevisions);
        List<Revision> read = new ArrayList<>();
        long bytes = 0;
        for (Revision revision : between(fromRevision, end)) {
            if (!read.isEmpty() && bytes >= mostBytes) {
                break;
            }
            read.add(revision);
            bytes += revision.changes().stream().mapToLong(change -> change.kv().size()).sum();
        }
        long next = read.isEmpty() ? end : read.getLast().revision() + 1;
        return new Page(List.copyOf(read), next, published);
    }

    @Override
    public Optional<ByteString> valueBefore(ByteString key, long revision) {
        checkHere();
        lookups++;
        return revision - 1 < compacted ? Optional.empty() : before(key, revision).map(KeyValue::toByteString);
    }
}
