package io.tenon.transport.http;

import io.tenon.api.consensus.Message;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;

/** All that belongs to one other member. Any thread. */
final class Peer {
    private final Remote remote;
    private final Lane appends;
    private final Lane others;
    /** Empty for one that is not known to be a member: it is only answered. */
    private final List<IncomingStream> incoming;
    private volatile boolean canonical;

    private Peer(long id, List<URI> peerUrls, Parts parts, List<StreamType> received) {
        remote = new Remote(id, new UrlPicker(peerUrls), new Traffic());
        appends = new Lane(StreamType.APPEND, remote, parts);
        others = new Lane(StreamType.MESSAGE, remote, parts);
        incoming = received.stream().map(type -> new IncomingStream(type, remote, parts, this::onAnswer)).toList();
    }

    /** A member: both send and receive. */
    static Peer member(long id, List<URI> urls, Parts parts) {
        Peer peer = new Peer(id, urls, parts, List.of(StreamType.values()));
        peer.incoming.forEach(IncomingStream::start);
        return peer;
    }

    /** Somebody who spoke to this member, which has not heard of its being a member yet: it is sent to, by single requests. */
    static Peer remote(long id, List<URI> urls, Parts parts) {
        return new Peer(id, urls, parts, List.of());
    }

    boolean isMember() {
        return !incoming.isEmpty();
    }

    long id() {
        return remote.id();
    }

    UrlPicker urls() {
        return remote.urls();
    }

    private void onAnswer(ResponseHead head) {
        wantsSnapshots(head.header(Headers.TENON_SNAPSHOT));
    }

    /** @param form what it said of snapshots when it was last heard */
    void wantsSnapshots(String form) {
        canonical = form.equals(Headers.CANONICAL);
    }

    /** Whether it is given the canonical export, and not etcd's database file. */
    boolean takesCanonicalSnapshots() {
        return canonical;
    }

    /** What was exchanged with it. */
    Traffic traffic() {
        return remote.traffic();
    }

    private Lane lane(StreamType type) {
        return switch (type) {
            case APPEND -> appends;
            case MESSAGE -> others;
        };
    }

    /** False when there is no room: the message is not taken. */
    boolean offer(Message message) {
        return lane(StreamType.of(message.type())).offer(message);
    }

    /** Sends what was put in. */
    void wake() {
        appends.wake();
        others.wake();
    }

    void attach(StreamType type, StreamSink sink) {
        lane(type).attach(sink);
    }

    /** Whether both streams stand to it and from it. */
    boolean isConnected() {
        return appends.isAttached() && others.isAttached() && connectedForNanos().isPresent();
    }

    /** Since when both streams come from it. */
    OptionalLong connectedForNanos() {
        long shortest = Long.MAX_VALUE;
        long now = System.nanoTime();
        for (IncomingStream stream : incoming) {
            OptionalLong since = stream.upSinceNanos();
            if (since.isEmpty()) {
                return OptionalLong.empty();
            }
            shortest = Math.min(shortest, Math.max(0, now - since.getAsLong()));
        }
        return incoming.isEmpty() ? OptionalLong.empty() : OptionalLong.of(shortest);
    }

    /** It is found elsewhere from now on. */
    void update(List<URI> now) {
        if (remote.urls().update(now)) {
            incoming.forEach(IncomingStream::redial);
        }
    }

    /** Breaks all off. */
    void close() {
        incoming.forEach(IncomingStream::close);
        appends.close();
        others.close();
    }

    void join(Deadline deadline) {
        incoming.forEach(stream -> stream.join(deadline));
        appends.join(deadline);
        others.join(deadline);
    }
}
