package io.tenon.api.config;

/** Which etcd this node is to its clients and peers: reported versions, proposed entry forms, error codes and defaults. */
public enum Compat {
    V3_5("3.5.30", "3.5.0"), V3_6("3.6.14", "3.6.0"), V3_7("3.7.1", "3.7.0");

    private final String serverVersion;
    private final String clusterVersion;

    Compat(String serverVersion, String clusterVersion) {
        this.serverVersion = serverVersion;
        this.clusterVersion = clusterVersion;
    }

    /** As in {@code Status.version} and {@code /version}. */
    public String serverVersion() {
        return serverVersion;
    }

    /** The cluster version that a cluster of such members decides on. */
    public String clusterVersion() {
        return clusterVersion;
    }

    public boolean atLeast(Compat other) {
        return compareTo(other) >= 0;
    }
}
