package io.tenon.runtime.snapshot;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.ConfStateJson;
import io.tenon.api.cluster.MemberIds;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.LogMark;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.BucketTally;
import io.tenon.spi.storage.export.DatabaseForm;
import io.tenon.spi.storage.export.ExportedRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * A state as etcd's database file. It has no checksums, so counts and digests are those of the rows that were read.
 *
 * @param configuration says what the configuration is at the place where the file stands, or refuses the place. The file's own is not asked:
 *                      Go etcd leaves an old one there when a cluster was restored from a backup
 * @param tree          the v2 store as JSON that belongs to it, empty without one
 */
record IncomingDatabase(DatabaseForm form, Path file, Configuration configuration, String tree) implements Incoming {
    private static final byte[] CONF_STATE = "confState".getBytes(StandardCharsets.US_ASCII);

    /** What is known about the place from elsewhere. */
    @FunctionalInterface
    interface Configuration {

        /**
         * @param members ids of those that the file or the tree name
         * @throws IOException the state at this place is not wanted
         */
        ConfState at(LogMark mark, Set<Long> members) throws IOException;
    }

    @Override
    public Whole read(ExportedRows rows) throws IOException {
        PlaceRows place = new PlaceRows();
        MemberRows members = new MemberRows(tree);
        Map<Bucket, BucketTally> tallies = new EnumMap<>(Bucket.class);
        ExportedRows counted = (bucket, key, value) -> {
            tallies.merge(bucket, BucketTally.EMPTY.plus(key, value), (before, one) -> before.plus(key, value));
            rows.row(bucket, key, value);
        };
        form.read(file, (bucket, key, value) -> {
            place.see(bucket, key, value);
            if (bucket == Bucket.MEMBERS) {
                members.row(key, value);
            } else if (bucket != Bucket.META || !Arrays.equals(key, CONF_STATE)) {
                counted.row(bucket, key, value);
            }
        });
        ConfState settled = configuration.at(place.mark(), members.ids());
        counted.row(Bucket.META, CONF_STATE, utf8(ConfStateJson.write(settled)));
        for (ClusterMember member : members.of(settled).values()) {
            counted.row(Bucket.MEMBERS, utf8(MemberIds.hex(member.id())), utf8(MemberJson.write(member)));
        }
        return new Whole(place.mark(), tallies);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
