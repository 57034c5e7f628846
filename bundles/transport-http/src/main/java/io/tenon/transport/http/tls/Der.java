package io.tenon.transport.http.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The few parts of DER that keys and a certificate of our own are made of. */
final class Der {
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;
    static final int INTEGER = 0x02;
    static final int BOOLEAN = 0x01;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OID = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    /** {@code [n]} around something. */
    static final int EXPLICIT = 0xa0;
    /** {@code [n]} in place of a primitive type. */
    static final int IMPLICIT = 0x80;
    private static final int LONG_LENGTH = 0x80;
    private static final int OID_BITS = 7;
    private static final int OID_FIRST_ARC = 40;

    private Der() {
    }

    /** One value: its tag, its length, and its parts one after another. */
    static byte[] value(int tag, byte[]... parts) {
        byte[] content = concat(parts);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < LONG_LENGTH) {
            out.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int skip = length[0] == 0 ? 1 : 0;
            out.write(LONG_LENGTH | length.length - skip);
            out.write(length, skip, length.length - skip);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... parts) {
        return value(SEQUENCE, parts);
    }

    static byte[] integer(BigInteger number) {
        return value(INTEGER, number.toByteArray());
    }

    static byte[] text(int tag, String text) {
        return value(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whole bytes: no bit is unused. */
    static byte[] bits(byte[] bytes) {
        return value(BIT_STRING, new byte[] {0}, bytes);
    }

    static byte[] oid(String dotted) {
        long[] arcs = Arrays.stream(dotted.split("\\.")).mapToLong(Long::parseLong).toArray();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((int) (arcs[0] * OID_FIRST_ARC + arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int groups = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(arcs[i]) + OID_BITS - 1) / OID_BITS);
            for (int group = groups - 1; group >= 0; group--) {
                int more = group > 0 ? LONG_LENGTH : 0;
                out.write((int) (arcs[i] >> group * OID_BITS & LONG_LENGTH - 1) | more);
            }
        }
        return value(OID, out.toByteArray());
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** The first value with this tag among the parts of a sequence; empty without one. */
    static byte[] find(byte[] sequence, int tag) {
        int[] at = {0};
        byte[] parts = content(sequence, at);
        int[] within = {0};
        while (within[0] < parts.length) {
            int found = parts[within[0]] & 0xff;
            int start = within[0];
            byte[] content = content(parts, within);
            if (found == tag) {
                return content;
            }
            if (within[0] <= start) {
                break;
            }
        }
        return new byte[0];
    }

    /** The content of the value that begins there; moves on behind it. */
    private static byte[] content(byte[] der, int[] at) {
        int start = at[0] + 1;
        int length = start < der.length ? der[start++] & 0xff : 0;
        if (length >= LONG_LENGTH) {
            int bytes = Math.min(length & LONG_LENGTH - 1, Integer.BYTES);
            length = 0;
            for (int i = 0; i < bytes && start < der.length; i++) {
                length = length << Byte.SIZE | der[start++] & 0xff;
            }
        }
        int end = Math.clamp((long) start + Math.max(0, length), Math.min(start, der.length), der.length);
        at[0] = end;
        return Arrays.copyOfRange(der, Math.min(start, end), end);
    }
}
