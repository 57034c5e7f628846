package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.Refusals;
import io.tenon.mvcc.index.KeyVersion;
import io.tenon.spi.state.ApplyContext;
import io.tenon.spi.state.Change;
import io.tenon.spi.state.LeasePort;
import io.tenon.spi.storage.Bucket;
import io.tenon.wire.etcdserverpb.PutRequest;
import io.tenon.wire.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One revision in the making: the changes of one entry. They are in the index and the rows at once; the keyspace moves on, and the
 * watchers are told, with {@link #finish}. Without a change there is no revision.
 */
final class Edit {
    private final ApplyContext context;
    private final Keyspace keyspace;
    private final LeasePort leases;
    private final long main;
    private final List<Change> changes = new ArrayList<>(1);
    private final KeyVersion made = new KeyVersion();

    Edit(ApplyContext context, Keyspace keyspace) {
        this.context = context;
        this.keyspace = keyspace;
        leases = context.ports().leases();
        main = keyspace.revision() + 1;
    }

    /** The revision that a request inside of this edit sees and answers with. */
    long revision() {
        return changes.isEmpty() ? main - 1 : main;
    }

    /** The state with the changes so far. */
    MvccView view() {
        return new MvccView(keyspace.index().current(), context.rows(), revision(), keyspace.compactRevision());
    }

    /** Refuses a put that names a lease that is not there, or leaves out what a key that is not there does not have. */
    void checkPut(PutRequest request) {
        if (request.getLease() != 0 && !leases.exists(request.getLease())) {
            throw Refusals.LEASE_NOT_FOUND.asException();
        }
        if ((request.getIgnoreValue() || request.getIgnoreLease())
                && !keyspace.index().current().find(request.getKey().toByteArray(), Long.MAX_VALUE, made)) {
            throw Refusals.KEY_NOT_FOUND.asException();
        }
    }

    /** Makes a put that was checked, and returns what the key had before if the request asks for it. */
    Optional<KeyValue> put(PutRequest request) {
        byte[] key = request.getKey().toByteArray();
        ByteString sharedKey = UnsafeByteOperations.unsafeWrap(key);
        Optional<byte[]> before = request.getPrevKv() || request.getIgnoreValue() ? view().stored(key, Long.MAX_VALUE) : Optional.empty();
        ByteString value = request.getIgnoreValue() ? before.map(StoredKeyValue::parse).map(StoredKeyValue::valueSlice).orElseThrow()
                : request.getValue();
        long oldLease = leases.leaseOf(sharedKey);
        long lease = request.getIgnoreLease() ? oldLease : request.getLease();
        long sub = changes.size();
        keyspace.index().put(key, main, sub, made);
        byte[] row = StoredKeyValue.encode(key, new StoredKeyValue.Numbers(made.created(), main, made.version(), lease), value);
        context.put(Bucket.KEY, RowKeys.put(main, sub), row);
        if (lease != oldLease) {
            leases.attach(lease, sharedKey);
        }
        changes.add(new Change(Change.Type.PUT, sharedKey, UnsafeByteOperations.unsafeWrap(row), made.version() == 1));
        return request.getPrevKv() ? before.map(StoredKeyValue::message) : Optional.empty();
    }

    /** The keys of a span that have a value, in order. */
    List<byte[]> keysIn(Span span) {
        List<byte[]> keys = new ArrayList<>();
        view().scan(span, Long.MAX_VALUE, found -> keys.add(found.key()));
        return keys;
    }

    /** The values of keys, as messages. */
    List<KeyValue> valuesOf(List<byte[]> keys) {
        MvccView view = view();
        List<KeyValue> values = new ArrayList<>(keys.size());
        keys.forEach(key -> view.stored(key, Long.MAX_VALUE).map(StoredKeyValue::message).ifPresent(values::add));
        return values;
    }

    /** Deletes a key; one without a value is passed over. */
    void delete(byte[] key) {
        long sub = changes.size();
        if (!keyspace.index().remove(key, main, sub)) {
            return;
        }
        context.put(Bucket.KEY, RowKeys.tombstone(main, sub), StoredKeyValue.tombstone(key));
        ByteString sharedKey = UnsafeByteOperations.unsafeWrap(key);
        leases.detach(sharedKey);
        changes.add(new Change(Change.Type.DELETE, sharedKey,
                UnsafeByteOperations.unsafeWrap(StoredKeyValue.deletion(key, main)), false));
    }

    /** Makes the revision, if anything was changed, and returns the newest. */
    long finish() {
        if (!changes.isEmpty()) {
            keyspace.advance(main);
            context.ports().events().changed(main, changes);
        }
        return keyspace.revision();
    }
}
