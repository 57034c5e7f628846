package io.tenon.transport.local;

import io.tenon.api.config.Compat;
import io.tenon.spi.transport.LocalMember;
import io.tenon.testkit.transport.PeerNetwork;
import io.tenon.testkit.transport.PeerTransportContract;
import java.util.List;

class LocalTransportContractTest extends PeerTransportContract {

    @Override
    protected PeerNetwork network(List<Long> members) {
        String name = "contract-" + System.identityHashCode(this);
        return (member, inbox) -> {
            LocalTransport transport = new LocalTransport(name, new LocalMember(member, 7), inbox, Compat.V3_5);
            return new PeerNetwork.Endpoint(transport, transport::close);
        };
    }
}
