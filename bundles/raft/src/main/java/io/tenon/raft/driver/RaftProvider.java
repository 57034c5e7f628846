package io.tenon.raft.driver;

import io.tenon.api.consensus.Consensus;
import io.tenon.spi.consensus.ConsensusProvider;
import io.tenon.spi.consensus.ConsensusStart;
import org.osgi.service.component.annotations.Component;

/** Offers this bundle's consensus to the kernel. It references nothing: all it needs comes with the start. */
@Component(service = ConsensusProvider.class)
public final class RaftProvider implements ConsensusProvider {

    @Override
    public Consensus start(ConsensusStart start) {
        return RaftDriver.start(start);
    }
}
