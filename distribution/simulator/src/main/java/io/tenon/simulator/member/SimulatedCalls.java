package io.tenon.simulator.member;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import io.tenon.simulator.network.Network;
import io.tenon.spi.transport.PeerAddress;
import io.tenon.spi.transport.PeerAnswer;
import io.tenon.spi.transport.PeerBook;
import io.tenon.spi.transport.PeerCalls;
import io.tenon.spi.transport.PeerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The calls of a simulated node to the peer ports of others, through the same network as its messages. */
record SimulatedCalls(Network network, Host host, PeerBook book, long self) implements PeerCalls {

    @Override
    public void call(URI base, PeerRequest request, Duration limit, Reply<PeerAnswer> reply) {
        Optional<Long> to = book.page().members().stream().filter(member -> member.urls().contains(base)).map(PeerAddress::id).findFirst();
        network.ask(new Network.Question(self, to.orElse(0L), request, limit.toNanos()), answer -> host.after(0, () -> {
            if (answer.isPresent()) {
                reply.accept(answer.get());
            } else {
                reply.refuse(Refusal.unknown("no answer from " + base));
            }
        }));
    }
}
