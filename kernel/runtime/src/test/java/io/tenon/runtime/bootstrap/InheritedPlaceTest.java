package io.tenon.runtime.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.cluster.MemberJson;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Entry;
import io.tenon.api.consensus.EntryType;
import io.tenon.api.consensus.HardState;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Snapshot;
import io.tenon.spi.log.LogAppend;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.log.LogRecovery;
import io.tenon.spi.log.LogSession;
import io.tenon.wire.raftpb.ConfChange;
import io.tenon.wire.raftpb.ConfChangeType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The configuration at the place of a database that etcd left: what was refused is in its log too. */
final class InheritedPlaceTest {
    private static final long TERM = 2;
    private static final long FIRST = 11;

    private final List<Entry> entries = new ArrayList<>();

    private InheritedPlaceTest change(ConfChangeType type, long id, String context) {
        entries.add(new Entry(TERM, FIRST + entries.size(), EntryType.CONF_CHANGE, ConfChange.newBuilder().setType(type).setNodeId(id)
                .setContext(ByteString.copyFromUtf8(context)).build().toByteString()));
        return this;
    }

    private InheritedPlaceTest add(long id) {
        return change(ConfChangeType.ConfChangeAddNode, id, MemberJson.write(ClusterMember.ofBootstrap(id, "", List.of("http://a:1"))));
    }

    private InheritedPlaceTest addLearner(long id) {
        return change(ConfChangeType.ConfChangeAddLearnerNode, id, MemberJson.write(ClusterMember.ofBootstrap(id, "", List.of("http://a:1"))));
    }

    private InheritedPlaceTest promote(long id) {
        return change(ConfChangeType.ConfChangeAddNode, id, MemberJson.writePromotion(id));
    }

    private InheritedPlaceTest remove(long id) {
        return change(ConfChangeType.ConfChangeRemoveNode, id, "");
    }

    /** Behind a snapshot with voters 1, 2 and learner 3. */
    private ConfState configuration(Long... members) throws IOException {
        return InheritedPlace.configuration(new ReadLog(entries), new LogMark(TERM, FIRST + entries.size() - 1), Set.of(members));
    }

    private static ConfState of(List<Long> voters, List<Long> learners) {
        return new ConfState(voters, learners, List.of(), List.of(), false);
    }

    @Test
    void changesBehindTheSnapshotAreFollowed() throws IOException {
        add(4).promote(3).addLearner(5).remove(1);
        assertEquals(of(List.of(2L, 3L, 4L), List.of(5L)), configuration(2L, 3L, 4L, 5L));
    }

    @Test
    void anAdditionThatWasRefusedMakesNoVoter() throws IOException {
        add(0xf74c15fc7ff3553aL);
        assertEquals(of(List.of(1L, 2L), List.of(3L)), configuration(1L, 2L, 3L));
    }

    @Test
    void aLearnerThatWasOneTooManyIsNone() throws IOException {
        addLearner(4);
        assertEquals(of(List.of(1L, 2L), List.of(3L)), configuration(1L, 2L, 3L));
    }

    @Test
    void oneThatIsRemovedIsNotAddedOrPromotedAnyMore() throws IOException {
        remove(2).add(2).promote(2);
        assertEquals(of(List.of(1L), List.of(3L)), configuration(1L, 3L));
    }

    @Test
    void aLearnerIsPromotedAndNotAddedASecondTime() throws IOException {
        add(3);
        assertEquals(of(List.of(1L, 2L), List.of(3L)), configuration(1L, 2L, 3L));
        promote(3);
        assertEquals(of(List.of(1L, 2L, 3L), List.of()), configuration(1L, 2L, 3L));
    }

    @Test
    void changesBehindTheDatabaseAreNotFollowedYet() throws IOException {
        add(4).add(5);
        assertEquals(of(List.of(1L, 2L, 4L), List.of(3L)),
                InheritedPlace.configuration(new ReadLog(entries), new LogMark(TERM, FIRST), Set.of(1L, 2L, 3L, 4L)));
    }

    @Test
    void aDatabaseWithoutAMemberOfTheSnapshotIsRefused() {
        add(4);
        String text = assertThrows(IOException.class, () -> configuration(1L, 3L, 4L)).getMessage();
        assertTrue(text.startsWith("it does not name member 2, which the log beside it does; "), text);
    }

    /** A log that is only read. */
    private record ReadLog(List<Entry> entries) implements LogSession {

        @Override
        public LogIdentity identity() {
            return new LogIdentity(1, 1);
        }

        @Override
        public LogRecovery recovery() {
            Snapshot snapshot = new Snapshot(FIRST - 1, TERM, of(List.of(1L, 2L), List.of(3L)), ByteString.EMPTY);
            return new LogRecovery(snapshot, new HardState(TERM, 0, lastIndex()), FIRST, lastIndex(), TERM, 0);
        }

        @Override
        public boolean append(LogAppend append) {
            throw new AssertionError("only read here");
        }

        @Override
        public List<Entry> read(long fromIndex, long toIndexExclusive, long mostBytes) {
            // One at a time, as if each were larger than a page.
            return List.of(entries.get((int) (fromIndex - FIRST)));
        }

        @Override
        public void saveSnapshot(Snapshot snapshot, Runnable onDurable) {
            throw new AssertionError("only read here");
        }

        @Override
        public void release(long index) {
            throw new AssertionError("only read here");
        }

        @Override
        public long firstIndex() {
            return FIRST;
        }

        @Override
        public long lastIndex() {
            return FIRST + entries.size() - 1;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
