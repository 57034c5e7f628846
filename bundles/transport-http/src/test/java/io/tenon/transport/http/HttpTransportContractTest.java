package io.tenon.transport.http;

import io.tenon.testkit.transport.PeerNetwork;
import io.tenon.testkit.transport.PeerTransportContract;
import java.io.IOException;
import java.util.List;

/** Over real sockets on loopback. */
class HttpTransportContractTest extends PeerTransportContract {

    @Override
    protected PeerNetwork network(List<Long> members) throws IOException {
        return new Network(members);
    }
}
