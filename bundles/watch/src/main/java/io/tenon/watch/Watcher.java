package io.tenon.watch;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.Change;
import io.tenon.watch.WatcherSpec.Trait;
import java.util.ArrayList;
import java.util.List;

/** One watcher of one stream. Owned by the loop of its shard. */
final class Watcher extends Ranged {

    /** Where a watcher is; each place knows how to let go of it. */
    enum Place {
        /** In its lane's index; it has been told everything up to the lane's position, and {@link #cursor} is not kept. */
        SYNCED,
        /** In its lane, for a revision that is still to come. */
        WAITING,
        /** Behind its lane, waiting for a pass or for its client to read. */
        LATE,
        /** Part of a pass that is being read. */
        IN_PASS,
        /** Cancelled, or not placed yet. */
        NOWHERE
    }

    private final ClientStream stream;
    private final WatcherSpec spec;
    private final Lane lane;
    private final boolean putsLeftOut;
    private final boolean deletesLeftOut;
    private Place place = Place.NOWHERE;
    /** The revision it needs next: everything below it was told. */
    private long cursor;
    /** Starts in the past and was not checked against the compact revision yet. */
    private boolean historic;
    /** Events were sent since the last progress notification was due. */
    private boolean told;
    private List<ByteString> batch = List.of();

    Watcher(ClientStream stream, WatcherSpec spec, Lane lane) {
        super(spec.range());
        this.stream = stream;
        this.spec = spec;
        this.lane = lane;
        putsLeftOut = spec.has(Trait.NO_PUT);
        deletesLeftOut = spec.has(Trait.NO_DELETE);
    }

    ClientStream stream() {
        return stream;
    }

    WatcherSpec spec() {
        return spec;
    }

    Lane lane() {
        return lane;
    }

    Place whereabouts() {
        return place;
    }

    /** Says that it is with its stream's late ones, in a pass, or gone; the lane says the rest with {@link #place(Place, long)}. */
    void place(Place next) {
        place = next;
    }

    void place(Place next, long nextRevision) {
        place = next;
        cursor = nextRevision;
    }

    /** The revision it needs next, wherever it is. */
    long cursor() {
        return place == Place.SYNCED ? lane.delivered() + 1 : cursor;
    }

    boolean historic() {
        return historic;
    }

    void historic(boolean startsInThePast) {
        historic = startsInThePast;
    }

    boolean late() {
        return place == Place.LATE || place == Place.IN_PASS;
    }

    boolean wants(Change.Type type) {
        return switch (type) {
            case PUT -> !putsLeftOut;
            case DELETE -> !deletesLeftOut;
        };
    }

    /** Adds to the events of the revision that is being delivered. True for the first one. */
    boolean collect(List<ByteString> events) {
        if (batch.isEmpty()) {
            batch = events;
            return true;
        }
        List<ByteString> more = batch instanceof ArrayList<ByteString> own ? own : new ArrayList<>(batch);
        more.addAll(events);
        batch = more;
        return false;
    }

    /** The events collected, which are its own no more. */
    List<ByteString> takeBatch() {
        List<ByteString> events = batch;
        batch = List.of();
        return events;
    }

    void told() {
        told = true;
    }

    /** Whether events were sent since this was asked last. */
    boolean takeTold() {
        boolean was = told;
        told = false;
        return was;
    }
}
