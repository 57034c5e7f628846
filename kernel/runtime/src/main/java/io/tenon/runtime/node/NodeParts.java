package io.tenon.runtime.node;

import io.tenon.api.cluster.NodeIdentity;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.loop.LoopHost;
import io.tenon.runtime.apply.ApplyLoop;
import io.tenon.runtime.apply.Machines;
import io.tenon.runtime.peer.Peers;
import io.tenon.runtime.proposal.ProposalPipeline;
import io.tenon.runtime.snapshot.Snapshots;
import io.tenon.runtime.storage.StorageCoordinator;
import io.tenon.spi.log.LogSession;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a booted node consists of. Transports are given to {@link Peers#transports}, and bring what comes for this node to
 * {@link Snapshots#inbox()}.
 */
public record NodeParts(NodeIdentity identity, LoopHost host, LogSession log, StorageCoordinator storage, Machines machines, ProposalPipeline pipeline,
                 ApplyLoop applyLoop, Headers headers, Peers peers, Snapshots snapshots,
                 AtomicReference<Optional<Consensus>> consensus) {
}
