package io.tenon.runtime.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tenon.api.config.Compat;
import io.tenon.api.consensus.ConfState;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.consensus.LogMark;
import io.tenon.api.consensus.Message;
import io.tenon.api.consensus.MessageType;
import io.tenon.api.consensus.Snapshot;
import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.apply.Machines;
import io.tenon.runtime.peer.Peers;
import io.tenon.runtime.proposal.ProposalPipeline;
import io.tenon.runtime.proposal.RequestCodec;
import io.tenon.runtime.proposal.RequestIds;
import io.tenon.runtime.storage.EngineDirectory;
import io.tenon.runtime.storage.Generations;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.log.LogSession;
import io.tenon.spi.storage.EngineOptions;
import io.tenon.testkit.HandLoopHost;
import io.tenon.wire.etcdserverpb.ResponseHeader;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SnapshotInboxTest {
    private final HandLoopHost host = new HandLoopHost();
    private final List<Message> received = new ArrayList<>();
    private final StorageCoordinator storage = new StorageCoordinator(host, new StorageCoordinator.BatchLimits(1, 1, 1, 1), Runnable::run);
    private final ProposalPipeline pipeline = new ProposalPipeline(new RequestCodec(Compat.V3_5), new RequestIds(1, 1),
            new ProposalPipeline.Bounds(1, 1, 1, 1), (kind, request) -> Optional.empty(), host::nowNanos);
    private final ApplyLoop applyLoop = new ApplyLoop(new Machines(), storage, pipeline,
            new ApplyLoop.Timing(LogMark.ZERO, 1, host::nowNanos, revision -> ResponseHeader.getDefaultInstance()));
    private final Consensus consensus = fake(Consensus.class);
    private final SnapshotInbox inbox = new SnapshotInbox(new Snapshots.Parts(host, fake(LogSession.class), storage, new Machines(), applyLoop,
            new Peers(), new AtomicReference<>(Optional.of(consensus)), Databases.none()),
            new Generations(fake(EngineDirectory.class), new EngineOptions(0, true)));

    /** Takes messages; nothing else is asked for here. */
    private <T> T fake(Class<T> contract) {
        return contract.cast(Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] {contract}, (_, method, arguments) -> {
            assertEquals("receive", method.getName());
            return received.add((Message) arguments[0]);
        }));
    }

    @Test
    void messagesGoToConsensus() {
        assertTrue(inbox.receive(Message.of(MessageType.VOTE, 1, 2, 3)));
        assertEquals(1, received.size());
    }

    /** The log would name a state that nobody has: the node could not go on, and not start again. */
    @Test
    void aSnapshotThatComesWithoutItsStateIsDropped() {
        Snapshot snapshot = new Snapshot(50, 3, ConfState.ofVoters(List.of(1L, 2L)), ByteString.EMPTY);
        assertFalse(inbox.receive(new Message(MessageType.SNAPSHOT, 1, 2, 3, 0, 0, List.of(), 0, snapshot, false, 0, ByteString.EMPTY)));
        assertEquals(List.of(), received);
    }
}
