package io.tenon.runtime.proposal;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.tenon.api.config.Compat;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * The payload of a log entry: an InternalRaftRequest with a header, or, below compat 3.6, a v2 Request as it is. The header is written
 * behind the body by hand, so that a request is serialised once and never rebuilt.
 */
public final class RequestCodec {
    private static final int HEADER_TAG = InternalRaftRequest.HEADER_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int ID_TAG = 1 << 3 | WireFormat.WIRETYPE_VARINT;
    /**
     * Bodies of a v2 field that are no message but the method of a raw Request. A Request looks like an InternalRaftRequest whose field v2
     * holds the method, and a lenient parser takes it for one.
     */
    private static final Set<String> V2_METHODS = Set.of("GET", "PUT", "POST", "DELETE", "QGET", "SYNC", "HEAD");

    /** Messages inside of messages; more than any edge lets pass, so that what was logged can be applied. */
    private static final int MOST_LEVELS = 1000;

    private final boolean rawV2;

    public RequestCodec(Compat compat) {
        rawV2 = !compat.atLeast(Compat.V3_6);
    }

    /** @param request one body, and perhaps a header that names a user */
    public ByteString encode(InternalRaftRequest request, long id) {
        if (rawV2 && request.hasV2()) {
            return everyField(request.getV2(), id).toByteString();
        }
        if (request.hasHeader()) {
            return request.toBuilder().setHeader(request.getHeader().toBuilder().setID(id)).build().toByteString();
        }
        int idSize = CodedOutputStream.computeUInt64Size(1, id);
        byte[] bytes = new byte[request.getSerializedSize() + CodedOutputStream.computeUInt32SizeNoTag(HEADER_TAG) + 1 + idSize];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            request.writeTo(out);
            out.writeUInt32NoTag(HEADER_TAG);
            out.writeUInt32NoTag(idSize);
            out.writeUInt64(1, id);
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** etcd writes these fields even when they are zero. */
    private static Request everyField(Request request, long id) {
        return request.toBuilder().setID(id).setMethod(request.getMethod()).setPath(request.getPath()).setVal(request.getVal())
                .setDir(request.getDir()).setPrevValue(request.getPrevValue()).setPrevIndex(request.getPrevIndex())
                .setExpiration(request.getExpiration()).setWait(request.getWait()).setSince(request.getSince())
                .setRecursive(request.getRecursive()).setSorted(request.getSorted()).setQuorum(request.getQuorum())
                .setTime(request.getTime()).setStream(request.getStream()).build();
    }

    /** The id of the request in an entry without parsing it; 0 when it has none. Skips over the body. */
    public static long idOf(ByteString data) {
        CodedInputStream in = data.newCodedInput();
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == ID_TAG) {
                    return in.readUInt64();
                }
                if (tag == HEADER_TAG) {
                    return idOfHeader(in);
                }
                if (!in.skipField(tag)) {
                    return 0;
                }
            }
            return 0;
        } catch (IOException notOurs) {
            // Not written by this member: nobody here waits for it, and parse() says what is wrong with it.
            return 0;
        }
    }

    private static long idOfHeader(CodedInputStream in) throws IOException {
        in.readUInt32();
        return in.readTag() == ID_TAG ? in.readUInt64() : 0;
    }

    /**
     * Reads an entry's payload; a raw v2 Request comes back in the field v2.
     *
     * @throws IllegalStateException the bytes are neither
     */
    public static InternalRaftRequest parse(ByteString data) {
        try {
            if (!looksLikeV2(data)) {
                return parseInternal(data);
            }
        } catch (InvalidProtocolBufferException notInternal) {
            // Entries of etcd up to 3.5 may be raw v2 requests that do not parse as an InternalRaftRequest.
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        try {
            return InternalRaftRequest.newBuilder().setV2(Request.parseFrom(data)).build();
        } catch (InvalidProtocolBufferException bad) {
            throw new IllegalStateException("log entry of " + data.size() + " bytes is no request: " + bad.getMessage(), bad);
        }
    }

    private static InternalRaftRequest parseInternal(ByteString data) throws IOException {
        CodedInputStream in = data.newCodedInput();
        in.setRecursionLimit(MOST_LEVELS);
        InternalRaftRequest request = InternalRaftRequest.parser().parseFrom(in);
        in.checkLastTagWas(0);
        return request;
    }

    private static boolean looksLikeV2(ByteString data) throws IOException {
        CodedInputStream in = data.newCodedInput();
        int tag = in.readTag();
        if (tag == ID_TAG) {
            in.readUInt64();
            tag = in.readTag();
        }
        return tag == (Request.METHOD_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)
                && V2_METHODS.contains(in.readBytes().toStringUtf8());
    }
}
