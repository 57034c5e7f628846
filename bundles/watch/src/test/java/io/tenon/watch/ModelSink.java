package io.tenon.watch;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tenon.api.Refusal;
import io.tenon.api.kv.KeyHistory.Revision;
import io.tenon.api.watch.WatchReply;
import io.tenon.api.watch.WatchSink;
import io.tenon.spi.state.Change;
import io.tenon.wire.etcdserverpb.WatchCreateRequest;
import io.tenon.wire.etcdserverpb.WatchCreateRequest.FilterType;
import io.tenon.wire.mvccpb.Event;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/**
 * A client that knows, slowly and obviously, what it must be told: for each of its watchers every wanted change of the keyspace from its start
 * on, in order, once, whole revisions at a time. Every reply is checked as it comes.
 */
final class ModelSink implements WatchSink {
    private final FakeKeyspace keyspace;
    private final BooleanSupplier tooSlow;
    private final Map<Long, Told> watchers = new LinkedHashMap<>();
    /** Creates that are not answered yet, in order. */
    private final Queue<WatchCreateRequest> asked = new ArrayDeque<>();
    private boolean full;
    private boolean closed;
    private int events;
    private int progress;
    private int compacted;

    /** A watcher that was created and is not cancelled. */
    private static final class Told {
        final WatchCreateRequest request;
        /** Everything below was told. */
        long next;

        Told(WatchCreateRequest request, long next) {
            this.request = request;
            this.next = next;
        }
    }

    ModelSink(FakeKeyspace keyspace, BooleanSupplier tooSlow) {
        this.keyspace = keyspace;
        this.tooSlow = tooSlow;
    }

    void asked(WatchCreateRequest request) {
        asked.add(request);
    }

    List<Long> ids() {
        return List.copyOf(watchers.keySet());
    }

    boolean full() {
        return full;
    }

    void writable() {
        full = false;
    }

    void close() {
        closed = true;
    }

    int events() {
        return events;
    }

    int progress() {
        return progress;
    }

    int compacted() {
        return compacted;
    }

    @Override
    public void end(Refusal refusal) {
        throw new AssertionError("ended: " + refusal);
    }

    @Override
    public boolean send(WatchReply reply) {
        check(!closed, "closed", reply);
        check(!full, "not writable", reply);
        switch (reply.kind()) {
            case CREATED -> created(reply);
            case REFUSED -> refused(reply);
            case CANCELED -> canceled(reply);
            case EVENTS -> events(reply);
            case PROGRESS -> progress(reply);
        }
        full = tooSlow.getAsBoolean();
        return !full;
    }

    private void created(WatchReply reply) {
        WatchCreateRequest request = asked.remove();
        long start = request.getStartRevision() == 0 ? reply.header().getRevision() + 1 : request.getStartRevision();
        check(watchers.put(reply.watchId(), new Told(request, start)) == null, "id in use", reply);
        check(request.getWatchId() == 0 || request.getWatchId() == reply.watchId(), "other id than asked for", reply);
    }

    private void refused(WatchReply reply) {
        WatchCreateRequest request = asked.remove();
        boolean inUse = request.getWatchId() != 0 && watchers.containsKey(request.getWatchId());
        check(request.getStartRevision() < 0 || inUse, "refused without a reason", reply);
    }

    private void canceled(WatchReply reply) {
        Told told = watchers.remove(reply.watchId());
        check(told != null, "unknown watcher", reply);
        if (reply.compactRevision() != 0) {
            check(told.next < reply.compactRevision() && reply.compactRevision() <= keyspace.compacted(), "not compacted", reply);
            compacted++;
        }
    }

    private void events(WatchReply reply) {
        Told told = watchers.get(reply.watchId());
        check(told != null, "unknown watcher", reply);
        List<Event> got = reply.events().stream().map(ModelSink::parse).toList();
        check(!got.isEmpty(), "no events", reply);
        long last = got.getLast().getKv().getModRevision();
        check(last <= reply.header().getRevision() && reply.header().getRevision() <= keyspace.visible(), "header", reply);
        List<Event> expected = expected(told, last + 1);
        check(sameEvents(expected, got), "expected " + expected + " from " + told.next, reply);
        told.next = last + 1;
        events += got.size();
    }

    private void progress(WatchReply reply) {
        long revision = reply.header().getRevision();
        check(revision <= keyspace.visible(), "future progress", reply);
        check(reply.events().isEmpty() && !watchers.isEmpty(), "progress", reply);
        watchers.forEach((id, told) -> {
            if (reply.watchId() == -1 || reply.watchId() == id) {
                check(expected(told, revision + 1).isEmpty(), "progress before events of " + id + " from " + told.next, reply);
            }
        });
        progress++;
    }

    /** Everything must have been told by now. */
    void checkComplete() {
        check(asked.isEmpty(), "not answered: " + asked, null);
        watchers.forEach((id, told) -> check(expected(told, keyspace.visible() + 1).isEmpty(),
                "watcher " + id + " misses " + expected(told, keyspace.visible() + 1) + " from " + told.next, null));
    }

    private List<Event> expected(Told told, long toExclusive) {
        List<Event> expected = new ArrayList<>();
        for (Revision revision : keyspace.between(told.next, toExclusive)) {
            for (Change change : revision.changes()) {
                if (wants(told.request, change)) {
                    expected.add(event(told.request, change, revision.revision()));
                }
            }
        }
        return expected;
    }

    private static boolean wants(WatchCreateRequest request, Change change) {
        FilterType filter = change.type() == Change.Type.PUT ? FilterType.NOPUT : FilterType.NODELETE;
        return !request.getFiltersList().contains(filter) && holds(request, change.key().toStringUtf8());
    }

    /** Keys of the model are plain letters, so that strings compare as bytes do. */
    private static boolean holds(WatchCreateRequest request, String key) {
        String from = request.getKey().toStringUtf8();
        String to = request.getRangeEnd().toStringUtf8();
        if (to.isEmpty()) {
            return key.equals(from);
        }
        return key.compareTo(from) >= 0 && (to.equals("\0") || key.compareTo(to) < 0);
    }

    private Event event(WatchCreateRequest request, Change change, long revision) {
        Event.Builder event = Event.newBuilder().setTypeValue(change.type().ordinal()).setKv(keyValue(change.kv()));
        if (request.getPrevKv()) {
            keyspace.before(change.key(), revision).ifPresent(event::setPrevKv);
        }
        return event.build();
    }

    /** A previous value may be missing when it is compacted. */
    private boolean sameEvents(List<Event> expected, List<Event> got) {
        if (expected.size() != got.size()) {
            return false;
        }
        for (int i = 0; i < got.size(); i++) {
            Event event = got.get(i);
            boolean gone = !event.hasPrevKv() && event.getKv().getModRevision() - 1 < keyspace.compacted();
            Event wanted = gone ? expected.get(i).toBuilder().clearPrevKv().build() : expected.get(i);
            if (!wanted.equals(event)) {
                return false;
            }
        }
        return true;
    }

    private static Event parse(ByteString bytes) {
        try {
            return Event.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyValue keyValue(ByteString bytes) {
        try {
            return KeyValue.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static void check(boolean holds, String what, WatchReply reply) {
        if (!holds) {
            throw new AssertionError(what + " reply=" + Optional.ofNullable(reply).map(WatchWorld::response));
        }
    }
}
