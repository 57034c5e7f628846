package io.tenon.spi.transport;

import io.tenon.api.consensus.Message;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Carries messages to other members. Never blocks, never throws, and may drop: consensus repeats what matters. */
@ProviderType
public interface PeerTransport {

    void send(List<Message> messages);
}
