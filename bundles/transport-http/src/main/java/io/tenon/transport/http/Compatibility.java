package io.tenon.transport.http;

import io.tenon.spi.transport.PeerAnswer;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Whether members of two versions may speak with each other, and whether they are of one cluster. */
final class Compatibility {
    private static final int REFUSED = 412;
    /** What a peer is that does not say. */
    private static final String UNSAID = "2.0.0";
    private static final MajorMinor FIRST_WITH_STREAMS = new MajorMinor(2, 1);

    private Compatibility() {
    }

    private record MajorMinor(int major, int minor) implements Comparable<MajorMinor> {

        static Optional<MajorMinor> parse(String text) {
            String[] parts = (text.isEmpty() ? UNSAID : text).split("\\.", 3);
            try {
                return parts.length < 3 ? Optional.empty()
                        : Optional.of(new MajorMinor(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public int compareTo(MajorMinor other) {
            return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
        }
    }

    /**
     * The answer to a request that may not be served; empty when it may.
     *
     * @param header value of a header of the request; empty without it
     */
    static Optional<PeerAnswer> refusal(Identity self, UnaryOperator<String> header) {
        if (!compatible(self, header.apply(Headers.SERVER_VERSION), header.apply(Headers.MIN_CLUSTER_VERSION))) {
            return Optional.of(PeerAnswer.text(REFUSED, "incompatible version"));
        }
        if (!header.apply(Headers.CLUSTER_ID).equals(self.clusterHex())) {
            return Optional.of(PeerAnswer.text(REFUSED, "cluster ID mismatch"));
        }
        return Optional.empty();
    }

    private static boolean compatible(Identity self, String version, String minClusterVersion) {
        Optional<MajorMinor> remote = MajorMinor.parse(version);
        Optional<MajorMinor> remoteMin = MajorMinor.parse(minClusterVersion);
        MajorMinor local = MajorMinor.parse(self.version()).orElseThrow();
        MajorMinor localMin = MajorMinor.parse(Identity.MIN_CLUSTER_VERSION).orElseThrow();
        return remote.isPresent() && remoteMin.isPresent() && remote.get().compareTo(localMin) >= 0 && remoteMin.get().compareTo(local) <= 0;
    }

    /** Whether a member of this version has both streams. */
    static boolean carriesStreams(String version) {
        return MajorMinor.parse(version).filter(remote -> remote.compareTo(FIRST_WITH_STREAMS) >= 0).isPresent();
    }
}
