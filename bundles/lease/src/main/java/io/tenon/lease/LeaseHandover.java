package io.tenon.lease;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.Handover;
import java.util.List;

/**
 * All leases as columns, for the next version of this bundle in the same process: deadlines are of the same monotonic clock. Leases that
 * were being revoked have ended and are found anew.
 *
 * <p>Content, format 1: whether this member leads (Boolean), the time (Long), ids, TTLs, checkpoints, expiries (each long[]), keys (ByteString[]) and
 * for each key the number of its lease in the columns (int[]).
 */
final class LeaseHandover {
    private static final int FORMAT = 1;
    private static final int COLUMNS = 8;

    private LeaseHandover() {
    }

    static Handover write(LeaseBook book, long nowNanos) {
        LeaseTable table = book.table();
        int count = table.size();
        Columns columns = new Columns(new long[count], new long[count], new long[count], new long[count],
                new ByteString[book.attachments().size()], new int[book.attachments().size()]);
        int[] written = new int[2];
        book.forEach(place -> {
            int lease = written[0]++;
            columns.ids[lease] = table.id(place);
            columns.ttls[lease] = table.ttlSeconds(place);
            columns.checkpoints[lease] = table.checkpointSeconds(place);
            columns.expiries[lease] = table.expiryNanos(place);
            for (ByteString key : book.keysOf(place)) {
                columns.keys[written[1]] = key;
                columns.leaseOfKey[written[1]++] = lease;
            }
        });
        return new Handover("lease", FORMAT, List.of(book.leads(), nowNanos, columns.ids, columns.ttls, columns.checkpoints,
                columns.expiries, columns.keys, columns.leaseOfKey));
    }

    static boolean isReadable(Handover handover) {
        return handover.format() == FORMAT && handover.content() instanceof List<?> columns && columns.size() == COLUMNS;
    }

    /**
     * @param book without a lease
     * @return the time of the hand-over
     */
    static long read(Handover handover, LeaseBook book) {
        List<?> content = (List<?>) handover.content();
        Columns columns = new Columns((long[]) content.get(2), (long[]) content.get(3), (long[]) content.get(4), (long[]) content.get(5),
                (ByteString[]) content.get(6), (int[]) content.get(7));
        LeaseTable table = book.table();
        int[] places = new int[columns.ids.length];
        for (int lease = 0; lease < places.length; lease++) {
            places[lease] = table.add(columns.ids[lease], columns.ttls[lease]);
            table.checkpointSeconds(places[lease], columns.checkpoints[lease]);
            table.expiryNanos(places[lease], columns.expiries[lease]);
        }
        for (int i = 0; i < columns.keys.length; i++) {
            book.attach(places[columns.leaseOfKey[i]], columns.keys[i]);
        }
        long nowNanos = (Long) content.get(1);
        if (Boolean.TRUE.equals(content.get(0))) {
            book.leadOn(nowNanos);
        }
        return nowNanos;
    }

    private record Columns(long[] ids, long[] ttls, long[] checkpoints, long[] expiries, ByteString[] keys, int[] leaseOfKey) {
    }
}
