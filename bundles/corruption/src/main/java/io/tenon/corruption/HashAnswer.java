package io.tenon.corruption;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.JsonReader;
import io.tenon.wire.etcdserverpb.HashKVResponse;

/**
 * A member's HashKV as members tell it one another (reference: http, peer port).
 *
 * @param revision        the newest of that member
 * @param hash            32 bits
 * @param compactRevision -1 when nothing was ever compacted
 */
record HashAnswer(long revision, long hash, long compactRevision) {
    private static final long LOW_32_BITS = 0xFFFFFFFFL;

    static HashAnswer of(HashKVResponse response) {
        return new HashAnswer(response.getHeader().getRevision(), response.getHash() & LOW_32_BITS, response.getCompactRevision());
    }

    /** As Go writes it: what is zero is left out. */
    static ByteString write(HashKVResponse response) {
        HashAnswer answer = of(response);
        StringBuilder out = new StringBuilder("{\"header\":{");
        append(out, "revision", answer.revision);
        out.append('}');
        append(out, "hash", answer.hash);
        append(out, "compact_revision", answer.compactRevision);
        append(out, "hash_revision", response.getHashRevision());
        return ByteString.copyFromUtf8(out.append('}').toString());
    }

    private static void append(StringBuilder out, String name, long value) {
        if (value != 0) {
            out.append(out.charAt(out.length() - 1) == '{' ? "\"" : ",\"").append(name).append("\":").append(value);
        }
    }

    /** @throws IllegalArgumentException it is none */
    static HashAnswer read(String json) {
        // Only what was never compacted is below zero, and the reader knows no such numbers.
        boolean never = json.contains("\"compact_revision\":-1");
        JsonReader.Fields fields = JsonReader.object(never ? json.replace("\"compact_revision\":-1", "\"never\":1") : json);
        long revision = fields.object("header").map(header -> header.unsigned("revision")).orElse(0L);
        return new HashAnswer(revision, fields.unsigned("hash"), never ? -1 : fields.unsigned("compact_revision"));
    }
}
