package io.tenon.runtime.node;

import io.tenon.api.config.NodeConfig;
import io.tenon.api.consensus.Consensus;
import io.tenon.api.status.NodeStatus;
import io.tenon.api.status.StatusBoard;
import io.tenon.api.status.StorageStatus;
import io.tenon.runtime.option.ElectionOptions;
import io.tenon.runtime.peer.Transports;
import io.tenon.runtime.slot.Slots;
import io.tenon.spi.storage.EngineSize;
import java.util.Optional;

/** Reads the node's status from what its owners publish. Any thread. */
final class StatusService implements StatusBoard {
    private final NodeConfig config;
    private final Slots slots;
    private final ElectionOptions options;
    private final Transports transports;
    private volatile Optional<Booted> booted = Optional.empty();

    private record Booted(NodeParts parts, String engineId) {
    }

    StatusService(NodeConfig config, Slots slots, ElectionOptions options, Transports transports) {
        this.config = config;
        this.slots = slots;
        this.options = options;
        this.transports = transports;
    }

    void started(NodeParts parts, String engineId) {
        booted = Optional.of(new Booted(parts, engineId));
    }

    void stopped() {
        booted = Optional.empty();
    }

    @Override
    public NodeStatus read() {
        return new NodeStatus(config.name(), config.compat().serverVersion(), slots.cluster().clusterVersion(), booted.map(this::running),
                options.deployed(), transports.names());
    }

    private NodeStatus.Running running(Booted now) {
        NodeParts parts = now.parts();
        EngineSize size = parts.storage().size();
        StorageStatus storage = new StorageStatus(now.engineId(),
                parts.storage().attached() ? StorageStatus.State.ATTACHED : StorageStatus.State.DETACHED, size.allocatedBytes(), size.inUseBytes());
        return new NodeStatus.Running(parts.identity(), parts.consensus().get().map(Consensus::status), parts.applyLoop().applied().index(),
                slots.history().revision(), storage);
    }
}
