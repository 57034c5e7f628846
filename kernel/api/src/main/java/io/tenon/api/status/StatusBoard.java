package io.tenon.api.status;

import org.osgi.annotation.versioning.ProviderType;

/** Where the node can be looked at. Provided by the kernel as a slot. */
@ProviderType
public interface StatusBoard {

    /** How the node stands now. Some volatile reads, so it answers when a loop is stuck, too; any thread. */
    NodeStatus read();
}
