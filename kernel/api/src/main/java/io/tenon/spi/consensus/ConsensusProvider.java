package io.tenon.spi.consensus;

import io.tenon.api.consensus.Consensus;
import org.osgi.annotation.versioning.ProviderType;

/** Makes a consensus from what the log holds. Provided by the raft bundle. */
@ProviderType
public interface ConsensusProvider {

    Consensus start(ConsensusStart start);
}
