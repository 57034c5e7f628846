package io.tenon.cluster;

import io.tenon.api.Refusal;
import io.tenon.api.RefusedException;
import io.tenon.api.Reply;
import io.tenon.api.cluster.ClusterMember;
import io.tenon.wire.etcdserverpb.Member;
import java.util.List;
import java.util.function.Function;

/** Members between their value and etcd's message. */
final class Messages {

    private Messages() {
    }

    static Member of(ClusterMember member) {
        return Member.newBuilder().setID(member.id()).setName(member.name()).addAllPeerURLs(member.peerUrls())
                .addAllClientURLs(member.clientUrls()).setIsLearner(member.learner()).build();
    }

    static List<Member> of(List<ClusterMember> members) {
        return members.stream().map(Messages::of).toList();
    }

    static ClusterMember toMember(Member member) {
        return new ClusterMember(member.getID(), member.getPeerURLsList(), member.getIsLearner(), member.getName(), member.getClientURLsList());
    }

    /** A reply that passes on what is made of the answer. A node that has just stopped has no header for it, and so refuses. */
    static <T, A> Reply<T> mapped(Reply<A> reply, Function<T, A> made) {
        return new Reply<>() {

            @Override
            public void accept(T answer) {
                A message;
                try {
                    message = made.apply(answer);
                } catch (RefusedException stopped) {
                    reply.refuse(stopped.refusal());
                    return;
                }
                reply.accept(message);
            }

            @Override
            public void refuse(Refusal refusal) {
                reply.refuse(refusal);
            }
        };
    }
}
