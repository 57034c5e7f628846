package io.tenon.runtime.bootstrap;

import io.tenon.api.cluster.ClusterMember;
import io.tenon.api.config.NodeConfig;
import io.tenon.runtime.peer.Book;
import io.tenon.spi.log.LogBeginning;
import io.tenon.spi.log.LogIdentity;
import io.tenon.spi.transport.PeerCalls;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides what a member without a log begins with, and asks the other members where that depends on them: one that joins learns its id, and one of
 * a new cluster makes sure that it was not started before, with data that is lost.
 */
public final class FirstStart implements Beginning {
    /**
     * etcd waits one second; a cold process may need that for its first call, and whoever is born twice loses what it had acknowledged. A member that
     * does not run refuses the connection at once.
     */
    private static final Duration BOOTSTRAPPED_LIMIT = Duration.ofSeconds(5);

    private final Supplier<NodeConfig> configured;
    private final PeerQuestions questions;
    private final Book book;

    /**
     * @param configured asked when the start begins: who the members are may have to be discovered first
     * @param calls      the way to other members, if there is one
     * @param book       told of the members that were found
     */
    public FirstStart(Supplier<NodeConfig> configured, Supplier<Optional<PeerCalls>> calls, Book book) {
        this.configured = configured;
        this.book = book;
        questions = new PeerQuestions(calls);
    }

    /** True when a first start with these flags needs other members' answers. */
    public static boolean asks(NodeConfig config) {
        return config.bootstrap().initialCluster().size() > 1 || config.bootstrap().state() == NodeConfig.Bootstrap.State.EXISTING;
    }

    @Override
    public LogBeginning decide() throws StartRefused {
        NodeConfig config = configured.get();
        if (config.bootstrap().state() == NodeConfig.Bootstrap.State.EXISTING) {
            JoiningMember.Joined joined = new JoiningMember(config, questions, FirstStart::address).join();
            book.found(joined.beginning().identity().memberId(), joined.members());
            return joined.beginning();
        }
        NewCluster cluster = new NewCluster(config);
        refuseSecondBirth(cluster);
        return cluster.decide();
    }

    @Override
    public void resume(LogIdentity identity) {
        NodeConfig config = configured.get();
        if (config.bootstrap().state() == NodeConfig.Bootstrap.State.EXISTING) {
            new JoiningMember(config, questions, FirstStart::address).others(identity)
                    .ifPresent(members -> book.found(identity.memberId(), members));
        }
    }

    private void refuseSecondBirth(NewCluster cluster) throws StartRefused {
        ClusterMember self = cluster.self();
        List<URI> others = cluster.members().stream().filter(member -> member.id() != self.id())
                .flatMap(member -> Book.urls(member).stream()).toList();
        boolean known = questions.ask(others, RemoteCluster.PATH, BOOTSTRAPPED_LIMIT).stream().map(RemoteCluster::of)
                .flatMap(Optional::stream).flatMap(running -> running.member(self.id()).stream())
                .anyMatch(member -> !member.clientUrls().isEmpty());
        if (known) {
            throw new StartRefused("member " + Long.toHexString(self.id()) + " has already been bootstrapped");
        }
    }

    static String address(String host) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException unknown) {
            return host;
        }
    }
}
