package io.tenon.api.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;

/**
 * How members and clusters get their numbers: the first eight bytes of a SHA-1, so that members that are started with the same flags
 * agree without talking (reference: rafthttp, member ids and cluster id). Ids are unsigned; text is lowercase hex without padding.
 */
public final class MemberIds {

    private MemberIds() {
    }

    /** The id of a member that a new cluster starts with; the order of its URLs does not matter. */
    public static long ofBootstrap(Collection<String> peerUrls, String clusterToken) {
        return firstEightBytes(sortedText(peerUrls) + clusterToken);
    }

    /** The id of a member that is added to a running cluster: the time stands where the token was. */
    public static long ofAdded(Collection<String> peerUrls, long unixSeconds) {
        return firstEightBytes(sortedText(peerUrls) + unixSeconds);
    }

    /** The id of the cluster that these members start together. */
    public static long ofCluster(Collection<Long> memberIds) {
        List<Long> sorted = memberIds.stream().sorted(Long::compareUnsigned).toList();
        ByteBuffer text = ByteBuffer.allocate(Long.BYTES * sorted.size());
        sorted.forEach(text::putLong);
        return firstEightBytes(text.array());
    }

    /** An id as etcd writes it into paths, headers and rows. */
    public static String hex(long id) {
        return Long.toHexString(id);
    }

    /** @throws NumberFormatException the text is no id */
    public static long parseHex(String text) {
        return Long.parseUnsignedLong(text, 16);
    }

    private static String sortedText(Collection<String> peerUrls) {
        return String.join("", peerUrls.stream().sorted().toList());
    }

    private static long firstEightBytes(String text) {
        return firstEightBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long firstEightBytes(byte[] text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(text)).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
