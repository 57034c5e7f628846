package io.tenon.spi.storage;

import java.util.Optional;

/**
 * The named ordered maps of a store: etcd's buckets in byte order of their names, and Tenon's own. Each is owned by one bundle.
 * {@link #TENON} (digests and counts) belongs to the engine and is outside of hashes and exports. {@link #TENON_V2} is the tree of the v2
 * API, which etcd keeps in memory and in the messages of snapshots: it is outside of hashes and of etcd's database file, but in exports.
 */
public enum Bucket {
    ALARM("alarm"), AUTH("auth"), AUTH_ROLES("authRoles"), AUTH_USERS("authUsers"), CLUSTER("cluster"), KEY("key"), LEASE("lease"),
    MEMBERS("members"), MEMBERS_REMOVED("members_removed"), META("meta"), TENON("tenon"),
    TENON_V2("tenon_v2");

    private final String bucketName;

    Bucket(String bucketName) {
        this.bucketName = bucketName;
    }

    /** The name on disk. */
    public String bucketName() {
        return bucketName;
    }

    /** True for the buckets of etcd's database file, which are also those that Maintenance.Hash goes through. */
    public boolean isEtcds() {
        return this != TENON && this != TENON_V2;
    }

    public static Optional<Bucket> of(String bucketName) {
        for (Bucket bucket : values()) {
            if (bucket.bucketName.equals(bucketName)) {
                return Optional.of(bucket);
            }
        }
        return Optional.empty();
    }
}
