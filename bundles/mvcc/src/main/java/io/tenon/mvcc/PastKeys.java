package io.tenon.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tenon.api.kv.KeyHistory;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The past of the keyspace, for watchers. A service of its own, because its newest revision is the one that readers see, and that of the
 * state machine is the one being made.
 */
@Component(immediate = true)
public final class PastKeys implements KeyHistory {
    private final Reads reads;

    @Activate
    public PastKeys(@Reference Mvcc mvcc) {
        reads = mvcc.reads();
    }

    @Override
    public long revision() {
        return reads.newest().revision();
    }

    @Override
    public long compactRevision() {
        return reads.newest().compactRevision();
    }

    @Override
    public Page read(long fromRevision, int mostRevisions, long mostBytes) {
        return reads.runNow(view -> History.read(view, fromRevision, mostRevisions, mostBytes));
    }

    @Override
    public Optional<ByteString> valueBefore(ByteString key, long revision) {
        return reads.runNow(view -> revision - 1 < view.compactRevision() ? Optional.<ByteString>empty()
                : view.stored(key.toByteArray(), revision - 1).map(UnsafeByteOperations::unsafeWrap));
    }
}
