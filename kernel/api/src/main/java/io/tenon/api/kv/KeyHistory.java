package io.tenon.api.kv;

import com.google.protobuf.ByteString;
import io.tenon.spi.state.Change;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The past of the keyspace, for watchers that catch up. Provided by mvcc. May block on the disk: not from a loop. */
@ProviderType
public interface KeyHistory {

    /** The newest revision that readers see. */
    long revision();

    /** Revisions below this one are gone; -1 when nothing was ever compacted. */
    long compactRevision();

    /**
     * Changes from a revision on, whole revisions only, at most this many revisions (at least one when there is one).
     *
     * @throws io.tenon.api.RefusedException {@link io.tenon.api.Refusals#COMPACTED} when {@code fromRevision} is below the compact revision
     */
    Page read(long fromRevision, int mostRevisions, long mostBytes);

    /** The encoded KeyValue of a key as it was before a revision, if there was one and it is not compacted. */
    Optional<ByteString> valueBefore(ByteString key, long revision);

    /**
     * @param revisions    ascending
     * @param nextRevision where to read on: everything below it was seen
     * @param current      the newest revision when this was read
     */
    record Page(List<Revision> revisions, long nextRevision, long current) {
    }

    /** The changes of one revision. */
    record Revision(long revision, List<Change> changes) {
    }
}
