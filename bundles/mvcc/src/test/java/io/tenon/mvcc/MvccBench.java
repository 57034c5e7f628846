package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.LogMark;
import io.tenon.mvcc.index.KeyIndex;
import io.tenon.mvcc.index.KeyVersion;
import io.tenon.spi.state.AlarmPort;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Change;
import io.tenon.spi.state.EventPort;
import io.tenon.spi.state.KeyspacePort;
import io.tenon.spi.state.LeasePort;
import io.tenon.spi.state.MembershipPort;
import io.tenon.spi.state.PermissionPort;
import io.tenon.spi.state.Ports;
import io.tenon.spi.state.Rows;
import io.tenon.spi.state.V2Port;
import io.tenon.spi.storage.Bucket;
import io.tenon.spi.storage.EngineView;
import io.tenon.spi.storage.RowVisitor;
import io.tenon.testkit.state.FakeLeases;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.etcdserverpb.RangeRequest;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntConsumer;

/**
 * Times the keyspace alone, without a log and an engine: rows go to a list. Run the main method; arguments: number of keys, batch size. The
 * first rounds warm up; the last is the one to read. Times are CPU of the working thread, so that a busy machine does not change them much.
 */
public final class MvccBench {
    private static final int KEY_BYTES = 32;
    private static final int VALUE_BYTES = 256;
    private static final int ROUNDS = 3;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private final int keys;
    private final int batch;
    private final Random random = new Random(1);
    private final List<byte[]> rowKeys = new ArrayList<>();
    private final List<byte[]> rowValues = new ArrayList<>();
    private final ListContext context = new ListContext();
    private final Keyspace keyspace = new Keyspace(new KeyIndex());
    private final Ranges ranges = new Ranges(Compat.V3_5);
    private final ByteString value = ByteString.copyFrom(new byte[VALUE_BYTES]);

    private MvccBench(int keys, int batch) {
        this.keys = keys;
        this.batch = batch;
    }

    public static void main(String[] arguments) {
        int keys = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        for (int round = 0; round < ROUNDS; round++) {
            System.out.println("-- round " + round + ", " + keys + " keys, batches of " + batch);
            new MvccBench(keys, batch).run();
        }
    }

    private void run() {
        long heapBefore = usedBytes();
        time("put new key", keys, i -> put(key(i)));
        long heap = usedBytes() - heapBefore - rowBytes();
        System.out.printf("%-28s %8d bytes beside rows%n", "heap per key", heap / keys);
        time("put known key", keys / 2, i -> put(key(random.nextInt(keys))));
        MvccView view = keyspace.freeze(context);
        time("range of one key", keys / 2, i -> ranges.read(RangeRequest.newBuilder().setKey(wrap(key(random.nextInt(keys)))).build(), view));
        KeyVersion found = new KeyVersion();
        time("index lookup", keys, i -> view.index().find(key(random.nextInt(keys)), Long.MAX_VALUE, found));
        RangeRequest page = RangeRequest.newBuilder().setKey(wrap(new byte[1])).setRangeEnd(wrap(new byte[1])).setLimit(500).build();
        time("range of 500 of all", 200, i -> ranges.read(page, view));
        RangeRequest count = page.toBuilder().clearLimit().setCountOnly(true).build();
        time("count of all", 200, i -> ranges.read(count, view));
        time("count of all, half back", 10, i -> ranges.read(count.toBuilder().setRevision(keys / 2).build(), view));
        time("restore, all rows", 1, i -> Restore.from(context, new FakeLeases()));
        keyspace.compacted(keyspace.revision());
        int[] dropped = {0};
        time("compaction, all at once", 1, i -> {
            Optional<byte[]> next = Optional.of(new byte[0]);
            while (next.isPresent()) {
                next = keyspace.index().compact(next.get(), keyspace.compactRevision(), 1000, (main, sub, tombstone) -> dropped[0]++);
            }
        });
        System.out.println("dropped " + dropped[0]);
    }

    private long rowBytes() {
        long bytes = 0;
        for (int i = 0; i < rowKeys.size(); i++) {
            bytes += 16 + (rowKeys.get(i).length + 7) / 8 * 8 + 16 + (rowValues.get(i).length + 7) / 8 * 8 + 8;
        }
        return bytes;
    }

    private void put(byte[] key) {
        PutRequest request = PutRequest.newBuilder().setKey(wrap(key)).setValue(value).build();
        Transaction.put(context, new Edit(context, keyspace), request);
        if (keyspace.revision() % batch == 0) {
            keyspace.freeze(context);
        }
    }

    private static ByteString wrap(byte[] bytes) {
        return ByteString.copyFrom(bytes);
    }

    private static byte[] key(int number) {
        byte[] key = new byte[KEY_BYTES];
        long spread = number * 0x9E3779B97F4A7C15L;
        for (int i = 0; i < Long.BYTES; i++) {
            key[i] = (byte) (spread >>> 56 - 8 * i);
        }
        return key;
    }

    private static void time(String what, int times, IntConsumer work) {
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < times; i++) {
            work.accept(i);
        }
        long nanos = THREADS.getCurrentThreadCpuTime() - start;
        System.out.printf("%-28s %8d ns each, %d ms in all%n", what, nanos / times, nanos / 1_000_000);
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Rows in a list by revision, which works as long as every revision has one row. */
    private final class ListContext implements ApplyContext, Rows, EngineView {
        private final ResponseHeader header = ResponseHeader.getDefaultInstance();
        private final FakeLeases leases = new FakeLeases();
        private final Ports ports = new QuietPorts(leases);

        @Override
        public LogMark mark() {
            return LogMark.ZERO;
        }

        @Override
        public LogMark applied() {
            return LogMark.ZERO;
        }

        @Override
        public void put(Bucket bucket, byte[] key, byte[] rowValue) {
            rowKeys.add(key);
            rowValues.add(rowValue);
        }

        @Override
        public void delete(Bucket bucket, byte[] key) {
        }

        @Override
        public Rows rows() {
            return this;
        }

        @Override
        public ResponseHeader header(long revision) {
            return header;
        }

        @Override
        public boolean answered() {
            return true;
        }

        @Override
        public long nowNanos() {
            return 0;
        }

        @Override
        public Ports ports() {
            return ports;
        }

        @Override
        public boolean acquire() {
            return true;
        }

        @Override
        public void release() {
        }

        @Override
        public Optional<byte[]> get(Bucket bucket, byte[] key) {
            return bucket == Bucket.KEY ? Optional.of(rowValues.get((int) RowKeys.main(key) - 2)) : Optional.empty();
        }

        @Override
        public void scan(Bucket bucket, byte[] from, byte[] toExclusive, RowVisitor visitor) {
            int first = from.length == 0 ? 0 : (int) RowKeys.main(from) - 2;
            int end = toExclusive.length == 0 ? rowKeys.size() : (int) Math.min(rowKeys.size(), RowKeys.main(toExclusive) - 2);
            for (int i = first; i < end && visitor.row(rowKeys.get(i), rowValues.get(i)); i++) {
                // the visitor does the work
            }
        }

        @Override
        public void scanVerified(Bucket bucket, RowVisitor visitor) {
            scan(bucket, new byte[0], new byte[0], visitor);
        }

        @Override
        public long count(Bucket bucket) {
            return rowKeys.size();
        }

        @Override
        public void close() {
        }
    }

    /** Ports of a node in which nobody watches. */
    private record QuietPorts(LeasePort leases) implements Ports, EventPort {

        @Override
        public EventPort events() {
            return this;
        }

        @Override
        public void changed(long revision, List<Change> changes) {
        }

        @Override
        public void published(long revision) {
        }

        @Override
        public KeyspacePort keyspace() {
            throw new UnsupportedOperationException();
        }

        @Override
        public AlarmPort alarms() {
            throw new UnsupportedOperationException();
        }

        @Override
        public PermissionPort permissions() {
            throw new IllegalStateException("no users here");
        }

        @Override
        public V2Port v2() {
            throw new IllegalStateException("no v2 API here");
        }

        @Override
        public MembershipPort membership() {
            throw new UnsupportedOperationException();
        }
    }
}
