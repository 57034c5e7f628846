package io.tenon.runtime.snapshot;

import io.tenon.api.cluster.ConfStateJson;
import io.tenon.api.cluster.MemberIds;
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
import java.util.TreeSet;

/**
 * A state as etcd's database file. It has no checksums, so counts and digests are those of the rows that were read.
 *
 * @param configuration says what the configuration is at the place where the file stands, or refuses the place. The file's own is not asked:
 *                      Go etcd leaves an old one there when a cluster was restored from a backup
 */
record IncomingDatabase(DatabaseForm form, Path file, Configuration configuration) implements Incoming {
    private static final byte[] CONF_STATE = "confState".getBytes(StandardCharsets.US_ASCII);

    /** What is known about the place from elsewhere. */
    @FunctionalInterface
    interface Configuration {

        /**
         * @param members ids of those that the file names
         * @throws IOException the state at this place is not wanted
         */
        ConfState at(LogMark mark, Set<Long> members) throws IOException;
    }

    @Override
    public Whole read(ExportedRows rows) throws IOException {
        PlaceRows place = new PlaceRows();
        Set<Long> members = new TreeSet<>(Long::compareUnsigned);
        Map<Bucket, BucketTally> tallies = new EnumMap<>(Bucket.class);
        ExportedRows counted = (bucket, key, value) -> {
            tallies.merge(bucket, BucketTally.EMPTY.plus(key, value), (before, one) -> before.plus(key, value));
            rows.row(bucket, key, value);
        };
        form.read(file, (bucket, key, value) -> {
            place.see(bucket, key, value);
            if (bucket == Bucket.MEMBERS) {
                members.add(memberId(key));
            }
            if (bucket != Bucket.META || !Arrays.equals(key, CONF_STATE)) {
                counted.row(bucket, key, value);
            }
        });
        counted.row(Bucket.META, CONF_STATE, ConfStateJson.write(configuration.at(place.mark(), members)).getBytes(StandardCharsets.UTF_8));
        return new Whole(place.mark(), tallies);
    }

    private static long memberId(byte[] key) throws IOException {
        String text = new String(key, StandardCharsets.UTF_8);
        try {
            return MemberIds.parseHex(text);
        } catch (NumberFormatException bad) {
            throw new IOException("it names a member \"" + text + "\", which is no id", bad);
        }
    }
}
