package io.tenon.edge.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.tenon.api.watch.WatchReply;
import io.tenon.wire.etcdserverpb.WatchResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A WatchResponse, or a part of one, written from event bytes that it shares with every other watcher of the change. */
final class WatchOut extends Outgoing {

    /** Whether more parts of the same response follow. */
    private enum Part { LAST, FRAGMENT }

    private final WatchReply reply;
    private final List<ByteString> events;
    private final Part part;
    private final int sizeBytes;

    private WatchOut(WatchReply reply, List<ByteString> events, Part part) {
        this.reply = reply;
        this.events = events;
        this.part = part;
        this.sizeBytes = frameSize(reply, part) + eventsSize(events);
    }

    /** The response, in parts when the watcher allows it and the whole would reach the limit. */
    static List<WatchOut> of(WatchReply reply, int limitBytes) {
        var whole = new WatchOut(reply, reply.events(), Part.LAST);
        boolean fits = whole.sizeBytes < limitBytes || reply.events().size() < 2;
        return fits || !reply.fragmentAllowed() ? List.of(whole) : split(reply, limitBytes);
    }

    /** Each part takes events as long as it stays below the limit, and one in any case. */
    private static List<WatchOut> split(WatchReply reply, int limitBytes) {
        var parts = new ArrayList<WatchOut>();
        var events = reply.events();
        int from = 0;
        while (from < events.size()) {
            int size = frameSize(reply, Part.FRAGMENT) + eventSize(events.get(from));
            int to = from + 1;
            while (to < events.size() && size + eventSize(events.get(to)) < limitBytes) {
                size += eventSize(events.get(to++));
            }
            parts.add(new WatchOut(reply, events.subList(from, to), to < events.size() ? Part.FRAGMENT : Part.LAST));
            from = to;
        }
        return parts;
    }

    private static int frameSize(WatchReply reply, Part part) {
        int size = CodedOutputStream.computeMessageSize(WatchResponse.HEADER_FIELD_NUMBER, reply.header());
        size += reply.watchId() == 0 ? 0 : CodedOutputStream.computeInt64Size(WatchResponse.WATCH_ID_FIELD_NUMBER, reply.watchId());
        size += isCreated(reply) ? CodedOutputStream.computeBoolSize(WatchResponse.CREATED_FIELD_NUMBER, true) : 0;
        size += isCanceled(reply) ? CodedOutputStream.computeBoolSize(WatchResponse.CANCELED_FIELD_NUMBER, true) : 0;
        size += reply.compactRevision() == 0 ? 0
                : CodedOutputStream.computeInt64Size(WatchResponse.COMPACT_REVISION_FIELD_NUMBER, reply.compactRevision());
        size += reply.cancelReason().isEmpty() ? 0
                : CodedOutputStream.computeStringSize(WatchResponse.CANCEL_REASON_FIELD_NUMBER, reply.cancelReason());
        size += part == Part.FRAGMENT ? CodedOutputStream.computeBoolSize(WatchResponse.FRAGMENT_FIELD_NUMBER, true) : 0;
        return size;
    }

    private static int eventsSize(List<ByteString> events) {
        int size = 0;
        for (ByteString event : events) {
            size += eventSize(event);
        }
        return size;
    }

    private static int eventSize(ByteString event) {
        return CodedOutputStream.computeBytesSize(WatchResponse.EVENTS_FIELD_NUMBER, event);
    }

    private static boolean isCreated(WatchReply reply) {
        return switch (reply.kind()) {
            case CREATED, REFUSED -> true;
            case EVENTS, CANCELED, PROGRESS -> false;
        };
    }

    private static boolean isCanceled(WatchReply reply) {
        return switch (reply.kind()) {
            case CANCELED, REFUSED -> true;
            case EVENTS, CREATED, PROGRESS -> false;
        };
    }

    @Override
    int sizeBytes() {
        return sizeBytes;
    }

    @Override
    void writeTo(CodedOutputStream out) throws IOException {
        out.writeMessage(WatchResponse.HEADER_FIELD_NUMBER, reply.header());
        if (reply.watchId() != 0) {
            out.writeInt64(WatchResponse.WATCH_ID_FIELD_NUMBER, reply.watchId());
        }
        writeFlag(out, WatchResponse.CREATED_FIELD_NUMBER, isCreated(reply));
        writeFlag(out, WatchResponse.CANCELED_FIELD_NUMBER, isCanceled(reply));
        if (reply.compactRevision() != 0) {
            out.writeInt64(WatchResponse.COMPACT_REVISION_FIELD_NUMBER, reply.compactRevision());
        }
        if (!reply.cancelReason().isEmpty()) {
            out.writeString(WatchResponse.CANCEL_REASON_FIELD_NUMBER, reply.cancelReason());
        }
        writeFlag(out, WatchResponse.FRAGMENT_FIELD_NUMBER, part == Part.FRAGMENT);
        for (ByteString event : events) {
            out.writeBytes(WatchResponse.EVENTS_FIELD_NUMBER, event);
        }
    }

    private static void writeFlag(CodedOutputStream out, int field, boolean value) throws IOException {
        if (value) {
            out.writeBool(field, true);
        }
    }
}
