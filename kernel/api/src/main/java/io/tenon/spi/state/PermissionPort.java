package io.tenon.spi.state;

import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import io.tenon.wire.etcdserverpb.RequestHeader;

/** Whether entries may be applied for the users that their headers name. */
public interface PermissionPort {

    /**
     * Called before every entry is applied; with auth off it is one volatile read. Apply loop.
     *
     * @throws io.tenon.api.RefusedException the entry must have no effect, on every member alike
     */
    void check(ApplyContext context, RequestKind kind, InternalRaftRequest request);

    /**
     * The header for what the node itself proposes and a user would need permissions for; empty with auth off. It is out of date after the next
     * change of permissions, so whoever is refused for that asks for another. Any thread.
     */
    RequestHeader asRoot();
}
