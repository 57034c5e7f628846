package io.tenon.runtime.proposal;

import io.tenon.api.Refusal;
import io.tenon.spi.state.RequestKind;
import io.tenon.wire.etcdserverpb.InternalRaftRequest;
import java.util.Optional;

/** A check before a request is proposed. Any thread; cheap. */
@FunctionalInterface
public interface Admission {

    /** Why the request is not proposed, or empty. */
    Optional<Refusal> check(RequestKind kind, InternalRaftRequest request);
}
