package io.tenon.cluster;

/** A version of etcd as three numbers; a cluster's version has patch 0. */
record ClusterVersion(int major, int minor, int patch) implements Comparable<ClusterVersion> {

    /** @throws IllegalArgumentException the text is no version */
    static ClusterVersion of(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("version " + text);
        }
        return new ClusterVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    /** The version of a cluster whose oldest server has this one. */
    ClusterVersion ofCluster() {
        return new ClusterVersion(major, minor, 0);
    }

    /** The only version that a cluster of this one can be downgraded to. */
    ClusterVersion oneMinorLower() {
        return new ClusterVersion(major, minor - 1, 0);
    }

    /** True when this server speaks an older protocol than a cluster of that version. */
    boolean isOlderThan(ClusterVersion cluster) {
        return major != cluster.major ? major < cluster.major : minor < cluster.minor;
    }

    boolean isSameMinorAs(ClusterVersion other) {
        return major == other.major && minor == other.minor;
    }

    @Override
    public int compareTo(ClusterVersion other) {
        int difference = Integer.compare(major, other.major);
        difference = difference != 0 ? difference : Integer.compare(minor, other.minor);
        return difference != 0 ? difference : Integer.compare(patch, other.patch);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
