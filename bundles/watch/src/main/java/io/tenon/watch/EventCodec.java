package io.tenon.watch;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.tenon.spi.state.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Writes an mvccpb.Event around the bytes of KeyValues that are encoded already. */
final class EventCodec {
    private static final int TYPE_TAG = 1 << 3;
    private static final int KV_TAG = 2 << 3 | 2;
    private static final int PREV_KV_TAG = 3 << 3 | 2;
    private static final int MOST_HEAD_BYTES = 2 + 1 + 5;

    private EventCodec() {
    }

    static ByteString encode(Change change, Optional<ByteString> previous) {
        int kvBytes = change.kv().size() + previous.map(ByteString::size).orElse(0);
        try {
            return kvBytes > WatchLimits.MOST_COPIED_EVENT_BYTES ? linked(change, previous) : flat(change, previous, kvBytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing an event to memory", e);
        }
    }

    private static ByteString flat(Change change, Optional<ByteString> previous, int kvBytes) throws IOException {
        byte[] bytes = new byte[kvBytes + 2 * MOST_HEAD_BYTES];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        type(change, out);
        field(KV_TAG, change.kv(), out);
        if (previous.isPresent()) {
            field(PREV_KV_TAG, previous.get(), out);
        }
        return UnsafeByteOperations.unsafeWrap(bytes, 0, out.getTotalBytesWritten());
    }

    /** Large values are referred to, so that an event of a megabyte costs a few objects. */
    private static ByteString linked(Change change, Optional<ByteString> previous) throws IOException {
        ByteString event = head(change, KV_TAG, change.kv().size()).concat(change.kv());
        if (previous.isEmpty()) {
            return event;
        }
        ByteString value = previous.get();
        byte[] head = new byte[MOST_HEAD_BYTES];
        CodedOutputStream out = CodedOutputStream.newInstance(head);
        out.writeUInt32NoTag(PREV_KV_TAG);
        out.writeUInt32NoTag(value.size());
        return event.concat(UnsafeByteOperations.unsafeWrap(head, 0, out.getTotalBytesWritten())).concat(value);
    }

    private static ByteString head(Change change, int tag, int sizeBytes) throws IOException {
        byte[] head = new byte[MOST_HEAD_BYTES];
        CodedOutputStream out = CodedOutputStream.newInstance(head);
        type(change, out);
        out.writeUInt32NoTag(tag);
        out.writeUInt32NoTag(sizeBytes);
        return UnsafeByteOperations.unsafeWrap(head, 0, out.getTotalBytesWritten());
    }

    /** PUT is 0, which is not written. */
    private static void type(Change change, CodedOutputStream out) throws IOException {
        if (change.type() == Change.Type.DELETE) {
            out.writeUInt32NoTag(TYPE_TAG);
            out.writeUInt32NoTag(Change.Type.DELETE.ordinal());
        }
    }

    private static void field(int tag, ByteString value, CodedOutputStream out) throws IOException {
        out.writeUInt32NoTag(tag);
        out.writeUInt32NoTag(value.size());
        out.writeRawBytes(value);
    }
}
