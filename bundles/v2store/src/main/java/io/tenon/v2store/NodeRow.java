package io.tenon.v2store;

import io.tenon.api.v2.V2Node;
import io.tenon.spi.storage.EngineCorruptException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Rows of the tree ({@code docs/formats/v2-tree.md}): one for each node, by its path, and one for the index. */
final class NodeRow {
    /** Nodes' paths begin with a slash, so this is none. */
    static final byte[] INDEX_KEY = "index".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES = 1 + 3 * Long.BYTES;

    private NodeRow() {
    }

    static byte[] key(Node node) {
        return node.path.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] value(Node node) {
        byte[] text = node.value.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEAD_BYTES + text.length).put((byte) node.kind.ordinal()).putLong(node.created).putLong(node.modified)
                .putLong(node.expireNanos).put(text).array();
    }

    static byte[] index(long index) {
        return ByteBuffer.allocate(Long.BYTES).putLong(index).array();
    }

    /** @throws EngineCorruptException the row cannot be read */
    static long readIndex(byte[] value) {
        check(value.length == Long.BYTES, "index");
        return ByteBuffer.wrap(value).getLong();
    }

    /** @throws EngineCorruptException the row cannot be read */
    static Node read(byte[] key, byte[] value) {
        String path = new String(key, StandardCharsets.UTF_8);
        check(value.length >= HEAD_BYTES && value[0] >= 0 && value[0] < V2Node.Kind.values().length && path.startsWith("/"), path);
        ByteBuffer in = ByteBuffer.wrap(value);
        Node node = new Node(path, V2Node.Kind.values()[in.get()], in.getLong());
        node.modified = in.getLong();
        node.expireNanos = in.getLong();
        node.value = StandardCharsets.UTF_8.decode(in).toString();
        return node;
    }

    private static void check(boolean holds, String path) {
        if (!holds) {
            throw new EngineCorruptException("row " + path + " of bucket tenon_v2 cannot be read");
        }
    }
}
